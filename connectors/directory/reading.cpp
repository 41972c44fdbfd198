#include "connectors/directory/reading.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/directory/absence.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/inquiry.h"
#include "connectors/directory/server_kind.h"
#include "connectors/directory/split_search.h"
#include "connectors/directory/token_groups.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;

constexpr std::uint64_t kProgressEvery = 10'000;

Gap::Kind kind_of(const base::Error& error) {
  if (error.kind == base::ErrorKind::untrusted) return Gap::Kind::untrusted;
  if (error.kind == base::ErrorKind::timed_out) return Gap::Kind::timed_out;
  return Gap::Kind::unreachable;
}

}  // namespace

connectors::Deadline end_of(const LdapOptions& options, const connectors::Collection& collection) {
  const auto own = connectors::Deadline::after(options.total_deadline);
  return collection.until ? own.earlier(*collection.until) : own;
}

Reading::Reading(const LdapOptions& options, const connectors::Collection& collection)
    : options_(options),
      collection_(collection),
      patience_{options.request_deadline, end_of(options, collection)},
      bases_(DnScope::outermost(options.profile.bases)),
      page_size_(options.page_size) {
  builder_.emplace(options.profile, harvest_);
}

model::Harvest Reading::run() {
  describe();
  if (prepare()) {
    auto session = connect(options_, collection_.now(), patience_.total);
    if (session) {
      read(*session);
      server_failed_ = session->lost();
    } else {
      fail(kind_of(session.error()), session.error().message);
      using base::ErrorKind;
      const ErrorKind kind = session.error().kind;
      server_failed_ = kind != ErrorKind::denied && kind != ErrorKind::malformed;
    }
  }
  source().finished = collection_.now();
  return std::move(harvest_);
}

void Reading::fail(Gap::Kind kind, std::string sentence) {
  coverage().lower(CoverageState::failed, kind, std::move(sentence));
}

void Reading::describe() {
  source().name = options_.profile.name;
  source().kind = model::SourceKind::directory;
  source().connector = to_string(options_.profile.dialect);
  source().location = options_.uri;
  source().started = collection_.now();
  coverage().state = CoverageState::complete;
}

bool Reading::prepare() {
  auto profile = Profile::create(options_.profile, source().started);
  if (!profile) {
    fail(Gap::Kind::rejected, profile.error().message);
    return false;
  }
  profile_ = std::move(*profile);
  profile_->expect_proof();
  source().query = query_in_words();
  if (!bases_.empty()) return true;
  fail(Gap::Kind::rejected, "no base is configured: nothing was read");
  return false;
}

base::Result<Session> Reading::connect(const LdapOptions& options, base::Instant now,
                                       const connectors::Deadline& until) const {
  return Session::open(options, connectors::Deadline::after(options.connect_deadline).earlier(until), now);
}

bool Reading::read_base(Session& session, const std::string& base) {
  if (lost_) {
    coverage().lower(CoverageState::partial, Gap::Kind::unreachable,
                     fmt::format("{}: not read, for the connection was lost before", base::displayable(base)));
    return false;
  }
  Search self;
  self.base = base;
  self.scope = Scope::base;
  self.query = profile_->base_query();
  const SearchOutcome seen =
      search(session, self, patience_, [&](const Entry& entry) { profile_->decode(entry, *builder_); });
  lost_ = seen.connection_lost();
  if (seen.entries == 0 && seen.gaps.empty() && seen.referrals.empty()) {
    coverage().lower(CoverageState::partial, Gap::Kind::hidden,
                     fmt::format("{}: the base entry itself is not visible", base::displayable(base)));
  }
  record(base, seen);
  return !lost_ && !seen.base_missing();
}

void Reading::read_tree(Session& session, const std::string& base, const Query& query, const EachEntry& each,
                        std::uint32_t connections) {
  trail_.start(options_.uri, base);
  const auto another = [this] { return open_another(patience_.total); };
  const SearchOutcome outcome =
      split_search(session, another, connections, options_.profile.dialect, whole_tree(base, query), patience_, each);
  lost_ = outcome.connection_lost();
  take_tree(outcome, base, query, each);
}

Search Reading::whole_tree(const std::string& base, const Query& query) {
  Search tree;
  tree.base = base;
  tree.query = query;
  tree.page_size = options_.page_size;
  tree.max_entries = options_.entries_at_most;
  tree.digest = &digest_;
  return tree;
}

void Reading::take_tree(const SearchOutcome& outcome, const std::string& base, const Query& query,
                        const EachEntry& each) {
  pages_ += outcome.pages;
  source().bytes += outcome.bytes;
  if (outcome.page_size > 0) page_size_ = outcome.page_size;
  if (outcome.page_size > 0 && outcome.page_size != options_.page_size)
    note(fmt::format("page-size-used: {}", outcome.page_size));
  record(base, outcome);
  for (const std::string& url : outcome.referrals) follow(url, base, query, each);
}

Seen Reading::take(const Entry& entry) {
  ++coverage().records_read;
  if (collection_.progress && coverage().records_read % kProgressEvery == 0)
    collection_.progress(coverage().records_read);
  const Seen seen = profile_->decode(entry, *builder_);
  if (seen == Seen::other) {
    builder_->reject(
        entry, "objectClass", entry.first("objectClass").value_or(""),
        "the server finds it by the filters, but its own values do not say whether it is an account or a group", true);
  }
  return seen;
}

void Reading::forget_all_since(model::SourceRecord then) {
  harvest_ = {};
  harvest_.source = std::move(then);
  builder_.emplace(options_.profile, harvest_);
  if (auto profile = Profile::create(options_.profile, source().started)) profile_ = std::move(*profile);
  profile_->expect_proof();
}

void Reading::check_kind(const ServerState& state) {
  if (state.kind) note(fmt::format("server: {}", name_of(*state.kind)));
  if (auto why = misread(options_.profile.dialect, state.kind))
    coverage().lower(CoverageState::doubtful, Gap::Kind::rejected, std::move(*why));
}

void Reading::prove_absences_in(Session& session, const std::vector<std::string>& bases, Scope scope) {
  if (lost_) return;
  for (std::string& line : prove_absences(session, profile_->absences(*builder_), bases, scope, page_size_, patience_))
    note(std::move(line));
}

void Reading::inquire(Session& session) {
  if (lost_ || followed_ > 0) return;
  Inquiry ask = inquiry_of(session, patience_);
  ask.search = [&](Search what, const EachEntry& each) {
    what.digest = &digest_;
    return search(session, what, patience_, each);
  };
  for (std::string& line : profile_->inquire(ask, *builder_)) note(std::move(line));
}

bool Reading::compare_token_groups(Session& session) {
  TokenGroups check(harvest_, [&](const std::string& dn, const EachEntry& each) {
    return !read_entry(session, dn, {"tokenGroups"}, patience_, each).connection_lost();
  });
  return check.run();
}

void Reading::record(const std::string& base, const SearchOutcome& outcome) {
  for (const std::string& line : outcome.notes) note(line);
  for (const model::Reject& reject : outcome.rejects) coverage().reject(reject);
  if (outcome.values_left_out > 0) {
    coverage().lower(CoverageState::partial, Gap::Kind::rejected,
                     fmt::format("{}: {} values longer than {} bytes were left out, and nobody knows what they would "
                                 "have told",
                                 base::displayable(base), outcome.values_left_out, kMaxValueBytes));
  }
  for (const Gap& gap : outcome.gaps) {
    coverage().lower(CoverageState::partial, gap.kind, fmt::format("{}: {}", base::displayable(base), gap.sentence));
  }
}

void Reading::follow(const std::string& url, const std::string& asked, const Query& query, const EachEntry& each) {
  const Referral to = judge_referral(url, options_);
  const std::string shown = base::displayable(url);
  const auto unread = [&](std::string_view why) {
    coverage().lower(CoverageState::partial, Gap::Kind::referral,
                     fmt::format("part of the tree lives at {} and was not read: {}", shown, why));
  };
  if (to.no_accounts) return note("referral-ignored: " + shown + " holds no accounts");
  if (!to.follow) return unread("its host is not among referral_hosts");
  const std::string& base = to.base.empty() ? asked : to.base;
  using Step = ReferralTrail::Step;
  switch (trail_.enter(to.uri, base, query.filter)) {
    case Step::go: break;
    case Step::been_there: return note("referral-read-before: " + shown);
    case Step::circle: return unread("the referral leads back to where it was found");
    case Step::too_deep: return unread("too many servers refer to the next one");
    case Step::too_many:
      if (!std::exchange(said_too_many_, true))
        unread(fmt::format("{} referrals were followed, and there are more", ReferralTrail::kMaxFollowed));
      return;
  }
  read_behind(to, shown, base, query, each);
  trail_.leave();
}

void Reading::read_behind(const Referral& to, const std::string& shown, const std::string& base, const Query& query,
                          const EachEntry& each) {
  const LdapOptions there = options_for_server(options_, to.uri);
  auto session = connect(there, collection_.now(), patience_.total);
  if (!session) {
    coverage().lower(CoverageState::partial, kind_of(session.error()),
                     fmt::format("following the referral to {}: {}", shown, session.error().message));
    return;
  }
  note("referral-followed: " + shown);
  const SearchOutcome outcome = search(*session, whole_tree(base, query), patience_, each);
  followed_ += outcome.entries;
  if (!outcome.connection_lost()) {
    for (std::string& line :
         prove_absences(*session, profile_->absences(*builder_), {base}, Scope::subtree, options_.page_size, patience_))
      note(std::move(line));
  }
  take_tree(outcome, base, query, each);
}

}  // namespace tally::directory
