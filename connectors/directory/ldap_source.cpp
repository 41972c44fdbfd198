#include "connectors/directory/ldap_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/range.h"
#include "connectors/directory/referral.h"
#include "connectors/directory/session.h"
#include "connectors/directory/table_builder.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;

/// How many servers a chain of referrals may pass through.
constexpr int kMaxHops = 3;
constexpr std::uint64_t kProgressEvery = 10'000;

/// The same options for another server. By name, because it duplicates the password.
LdapOptions redirected(const LdapOptions& o, std::string uri) {
  LdapOptions out;
  out.profile = o.profile;
  out.uri = std::move(uri);
  out.security = o.security;
  out.bind = o.bind;
  out.bind_dn = o.bind_dn;
  out.password = o.password.duplicate();
  out.keytab = o.keytab;
  out.credential_cache = o.credential_cache;
  out.ca_file = o.ca_file;
  out.client_certificate = o.client_certificate;
  out.client_key = o.client_key;
  out.allow_plaintext = o.allow_plaintext;
  out.page_size = o.page_size;
  out.referral_hosts = o.referral_hosts;
  out.connect_deadline = o.connect_deadline;
  out.request_deadline = o.request_deadline;
  return out;
}

Gap::Kind kind_of(const base::Error& error) {
  if (error.kind == base::ErrorKind::untrusted) return Gap::Kind::untrusted;
  if (error.kind == base::ErrorKind::timed_out) return Gap::Kind::timed_out;
  return Gap::Kind::unreachable;
}

/// One collection from one server (and those it refers to, when allowed).
class Reading {
 public:
  Reading(const LdapOptions& options, const connectors::Collection& collection)
      : options_(options),
        collection_(collection),
        patience_{options.request_deadline, connectors::Deadline::after(options.total_deadline)},
        bases_(DnScope::outermost(options.profile.bases)),
        builder_(options.profile, harvest_) {}

  model::Harvest run() {
    describe();
    if (prepare()) {
      auto session = connect(options_);
      if (session)
        read(*session);
      else
        fail(kind_of(session.error()), session.error().message);
    }
    source().finished = collection_.now();
    return std::move(harvest_);
  }

 private:
  model::SourceRecord& source() { return harvest_.source; }
  model::Coverage& coverage() { return harvest_.source.coverage; }
  void note(std::string text) { source().notes.push_back(std::move(text)); }
  void fail(Gap::Kind kind, std::string sentence) {
    coverage().lower(CoverageState::failed, kind, std::move(sentence));
  }

  void describe();
  bool prepare();
  base::Result<Session> connect(const LdapOptions& options);
  void read(Session& session);
  void read_base(Session& session, const std::string& base);
  SearchOutcome read_tree(Session& session, const std::string& base, int hops);
  void take(const Entry& entry);
  void follow(const std::string& url, const std::string& asked, int hops);
  void record(const std::string& base, const SearchOutcome& outcome);
  void read_ranges_of(Session& session);
  void probe(Session& session, const ServerState& before);
  void conclude(Session& session);

  const LdapOptions& options_;
  const connectors::Collection& collection_;
  Patience patience_;
  std::vector<std::string> bases_;
  model::Harvest harvest_;
  std::unique_ptr<Profile> profile_;
  TableBuilder builder_;
  base::Sha256 digest_;
  std::uint64_t pages_ = 0;
  std::uint64_t followed_ = 0;  ///< entries read behind referrals
  bool lost_ = false;           ///< the connection is gone
};

void Reading::describe() {
  source().name = options_.profile.name;
  source().kind = model::SourceKind::directory;
  source().connector = options_.profile.dialect == Dialect::openldap ? "openldap" : "active-directory";
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
  source().query =
      fmt::format("bases {}; scope subtree; filter {}; attributes {}; pages of {}", fmt::join(bases_, " and "),
                  profile_->query().filter, fmt::join(profile_->query().attributes, " "), options_.page_size);
  if (!bases_.empty()) return true;
  fail(Gap::Kind::rejected, "no base is configured: nothing was read");
  return false;
}

base::Result<Session> Reading::connect(const LdapOptions& options) {
  return Session::open(options, connectors::Deadline::after(options.connect_deadline).earlier(patience_.total),
                       collection_.now());
}

void Reading::read(Session& session) {
  for (const std::string& line : session.notes()) note(line);
  const ServerState before = read_state(session, options_.profile, patience_);
  for (const std::string& line : before.notes) note(line);
  if (options_.page_size > 0 && !before.pages) note("pages: the server does not announce them (RFC 2696)");
  for (const std::string& base : bases_) read_base(session, base);
  note(fmt::format("pages-read: {}", pages_));
  if (!lost_) read_ranges_of(session);
  probe(session, before);
  conclude(session);
}

void Reading::read_base(Session& session, const std::string& base) {
  if (lost_) {
    coverage().lower(CoverageState::partial, Gap::Kind::unreachable,
                     fmt::format("{}: not read, for the connection was lost before", base::displayable(base)));
    return;
  }
  Search self;
  self.base = base;
  self.scope = Scope::base;
  self.query = profile_->base_query();
  const SearchOutcome seen =
      search(session, self, patience_, [&](const Entry& entry) { profile_->decode(entry, builder_); });
  lost_ = seen.connection_lost();
  if (seen.entries == 0 && seen.gaps.empty() && seen.referrals.empty()) {
    coverage().lower(CoverageState::partial, Gap::Kind::hidden,
                     fmt::format("{}: the base entry itself is not visible", base::displayable(base)));
  }
  record(base, seen);
  if (!lost_ && !seen.base_missing()) read_tree(session, base, 0);
}

SearchOutcome Reading::read_tree(Session& session, const std::string& base, int hops) {
  Search tree;
  tree.base = base;
  tree.query = profile_->query();
  tree.page_size = options_.page_size;
  tree.digest = &digest_;
  SearchOutcome outcome = search(session, tree, patience_, [&](const Entry& entry) { take(entry); });
  if (hops == 0) lost_ = outcome.connection_lost();
  if (hops > 0) followed_ += outcome.entries;
  pages_ += outcome.pages;
  source().bytes += outcome.bytes;
  if (outcome.page_size > 0 && outcome.page_size != options_.page_size)
    note(fmt::format("page-size-used: {}", outcome.page_size));
  record(base, outcome);
  for (const std::string& url : outcome.referrals) follow(url, base, hops);
  return outcome;
}

void Reading::take(const Entry& entry) {
  ++coverage().records_read;
  if (collection_.progress && coverage().records_read % kProgressEvery == 0)
    collection_.progress(coverage().records_read);
  if (profile_->decode(entry, builder_) != Seen::other) return;
  builder_.reject(
      entry, "objectClass", entry.first("objectClass").value_or(""),
      "the server finds it by the filters, but its own values do not say whether it is an account or a group", true);
}

void Reading::record(const std::string& base, const SearchOutcome& outcome) {
  for (const std::string& line : outcome.notes) note(line);
  for (const model::Reject& reject : outcome.rejects) coverage().reject(reject);
  for (const Gap& gap : outcome.gaps) {
    coverage().lower(CoverageState::partial, gap.kind, fmt::format("{}: {}", base::displayable(base), gap.sentence));
  }
}

void Reading::follow(const std::string& url, const std::string& asked, int hops) {
  const Referral to = judge_referral(url, options_);
  const std::string shown = base::displayable(url);
  if (to.no_accounts) return note("referral-ignored: " + shown + " holds no accounts");
  if (!to.follow || hops >= kMaxHops) {
    coverage().lower(
        CoverageState::partial, Gap::Kind::referral,
        fmt::format("part of the tree lives at {} and was not read: {}", shown,
                    to.follow ? "too many servers refer to the next one" : "its host is not among referral_hosts"));
    return;
  }
  const LdapOptions there = redirected(options_, to.uri);
  auto session = connect(there);
  if (!session) {
    coverage().lower(CoverageState::partial, kind_of(session.error()),
                     fmt::format("following the referral to {}: {}", shown, session.error().message));
    return;
  }
  note("referral-followed: " + shown);
  read_tree(*session, to.base.empty() ? asked : to.base, hops + 1);
}

void Reading::read_ranges_of(Session& session) {
  const RangeOutcome ranges = read_ranges(session, builder_, patience_);
  if (ranges.groups > 0) {
    note(fmt::format("ranges: {} groups sent their members in parts, {} requests for the rest, {} groups incomplete",
                     ranges.groups, ranges.requests, ranges.failed));
  }
}

void Reading::probe(Session& session, const ServerState& before) {
  if (lost_) return note("probes: none, for the connection was lost");
  ProbeContext context{session, options_, profile_->query(), builder_, source(), patience_};
  probe_canaries(context);
  for (const std::string& base : bases_) probe_hidden_children(context, base);
  const bool cut = std::any_of(coverage().gaps.begin(), coverage().gaps.end(), [](const Gap& gap) {
    return gap.kind != Gap::Kind::hidden && gap.kind != Gap::Kind::referral;
  });
  if (cut) return note("second-count: none, for the first one is known to be cut");
  probe_count(context, bases_, coverage().records_read - followed_, before);
}

void Reading::conclude(Session& session) {
  profile_->finish(builder_);
  const Unresolved left = builder_.finish();
  ProbeContext context{session, options_, profile_->query(), builder_, source(), patience_};
  if (!lost_) probe_unresolved(context, left);
  if (left.outside_total > 0)
    note(fmt::format("members-outside: {} members lie outside the bases", left.outside_total));
  check_population(options_.profile, harvest_);
  source().content = digest_.finish();
}

class LdapSource final : public connectors::Source {
 public:
  explicit LdapSource(LdapOptions options) : options_(std::move(options)) {}
  [[nodiscard]] const std::string& name() const override { return options_.profile.name; }

  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    try {
      return Reading(options_, collection).run();
    } catch (const std::exception& trouble) {
      // Memory ran out, or a thread could not be started: half-filled tables are not handed on.
      model::Harvest nothing;
      nothing.source.name = options_.profile.name;
      nothing.source.kind = model::SourceKind::directory;
      nothing.source.location = options_.uri;
      nothing.source.started = nothing.source.finished = collection.now();
      nothing.source.coverage.lower(CoverageState::failed, Gap::Kind::unreachable,
                                    std::string("the collection was given up: ") + trouble.what());
      return nothing;
    }
  }

 private:
  LdapOptions options_;
};

}  // namespace

std::unique_ptr<connectors::Source> make_ldap_source(LdapOptions options) {
  // What it could refuse, collect() says again, as coverage.
  static_cast<void>(prepare_process(options));
  return std::make_unique<LdapSource>(std::move(options));
}

}  // namespace tally::directory
