#include "connectors/directory/whole_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <optional>
#include <stop_token>
#include <utility>

#include "connectors/directory/control_queries.h"
#include "connectors/directory/domain_controllers.h"
#include "connectors/directory/ds389_powers.h"
#include "connectors/directory/openldap_powers.h"
#include "connectors/directory/own_rights.h"
#include "connectors/directory/password_policies.h"
#include "connectors/directory/range.h"

namespace tally::directory {

using model::Gap;

/// The second count, on a connection of its own beside the main read: a server with more than one processor makes it
/// in the time that we wait anyway. Nothing when there is no second connection to be had.
/// It is given up when nobody waits for it any more.
class WholeReading::Counting {
 public:
  explicit Counting(const WholeReading& of) {
    Patience until = of.patience();
    until.total = connectors::Deadline::after(until.total.remaining(), stop_.get_token()).earlier(until.total);
    result_ = std::async(std::launch::async, [&of, until, query = of.profile().query()]() -> std::optional<Count> {
      auto session = of.open_another(until.total);
      if (!session) return std::nullopt;
      return count_again(*session, of.options(), query, of.bases(), until);
    });
  }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;
  ~Counting() { stop_.request_stop(); }
  std::optional<Count> take() { return result_.get(); }

 private:
  std::stop_source stop_;
  std::future<std::optional<Count>> result_;  ///< waits for its thread when it dies
};

std::string WholeReading::query_in_words() const {
  return fmt::format("bases {}; scope subtree; filter {}; attributes {}; pages of {}", fmt::join(bases(), " and "),
                     profile().query().filter, fmt::join(profile().query().attributes, " "), options().page_size);
}

void WholeReading::read(Session& session) {
  const ServerState before = greet(session);
  read_whole(session, before);
}

ServerState WholeReading::greet(Session& session) {
  for (const std::string& line : session.notes()) note(line);
  const ServerState state = read_state(session, options().profile, patience());
  for (const std::string& line : state.notes) note(line);
  check_kind(state);
  if (state.time) source().clock_skew = *state.time - collection().now();
  return state;
}

void WholeReading::read_whole(Session& session, const ServerState& before) {
  if (options().page_size > 0 && !before.pages) note("pages: the server does not announce them (RFC 2696)");
  Counting counting(*this);
  for (const std::string& base : bases()) {
    if (!read_base(session, base)) continue;
    read_tree(
        session, base, profile().query(), [&](const Entry& entry) { each(entry); }, options().connections);
  }
  note(fmt::format("pages-read: {}", pages()));
  if (!lost()) read_ranges_of(session);
  prove_absences_in(session, bases());
  read_past(session, before);
  probe(session, before, counting);
  conclude(session);
}

void WholeReading::read_ranges_of(Session& session) {
  const RangeOutcome ranges =
      read_ranges(session, builder(), patience(),
                  [this](const OpenRange& asked, const Entry& answer) { each_range(asked, answer); });
  if (ranges.groups == 0) return;
  note(fmt::format("ranges: {} groups sent their members in parts, {} requests for the rest, {} groups incomplete",
                   ranges.groups, ranges.requests, ranges.failed));
}

void WholeReading::read_past(Session& session, const ServerState& before) {
  if (!lost()) past_->read(session, builder(), before.naming_contexts, patience());
  for (const std::string& line : past_->notes()) note(line);
}

void WholeReading::probe(Session& session, const ServerState& before, Counting& counting) {
  if (lost()) return note("probes: none, for the connection was lost");
  ProbeContext context = probe_context(session);
  const bool cut = std::any_of(coverage().gaps.begin(), coverage().gaps.end(), [](const Gap& gap) {
    return gap.kind != Gap::Kind::hidden && gap.kind != Gap::Kind::referral;
  });
  probe_canaries(context);
  for (const std::string& base : bases()) probe_hidden_children(context, base);
  if (cut) return note("second-count: none, for the first one is known to be cut");
  std::optional<Count> count = counting.take();
  if (!count) count = count_again(session, options(), profile().query(), bases(), patience());
  probe_count(context, bases(), coverage().records_read - followed(), std::move(*count), before);
}

void WholeReading::conclude(Session& session) {
  if (options().profile.dialect == Dialect::active_directory && !lost()) ask_for_policies(session);
  inquire(session);
  profile().finish(builder());
  past_->tell(builder());
  const Unresolved left = builder().finish();
  profile().settle(harvest());
  ProbeContext context = probe_context(session);
  if (!lost()) probe_unresolved(context, left);
  if (left.outside_total > 0)
    note(fmt::format("members-outside: {} members lie outside the bases", left.outside_total));
  check_population(options().profile, harvest());
  if (options().profile.dialect != Dialect::generic) look_at_controls(session);
  state_rights();
  if (options().profile.dialect == Dialect::active_directory) {
    if (!lost()) compare_token_groups(session);
    if (!lost()) look_at_other_controllers(session);
  }
  source().content = digest();
}

/// They lie outside most bases, and their own container.
void WholeReading::ask_for_policies(Session& session) {
  const auto each = [&](const Entry& entry) { profile().decode(entry, builder()); };
  for (std::string& line : read_password_policies(session, bases(), patience(), each)) note(std::move(line));
}

/// Who may change those who matter.
void WholeReading::look_at_controls(Session& session) {
  if (!options().profile.access_control_lists) {
    source().controls_unread = "access_control_lists = false: access control lists are not read";
  } else if (lost()) {
    source().controls_unread = "the connection was lost before access control lists were read";
  } else if (options().profile.dialect == Dialect::openldap) {
    read_openldap_powers(session, options(), harvest(), patience(), hashed());
  } else if (options().profile.dialect == Dialect::ds389) {
    read_ds389_powers(session, options(), harvest(), patience(), hashed());
  } else if (options().profile.dialect == Dialect::active_directory) {
    read_controls(session, options(), harvest(), patience(), hashed());
    read_own_rights(session, options(), harvest(), patience());
  }
}

/// Who else holds this domain, and what each of them alone knows.
void WholeReading::look_at_other_controllers(Session& session) {
  DomainControllers controllers(options(), harvest(), patience());
  controllers.look(session);
  controllers.ask_others(session, profile().account_filter(),
                         [this](const std::string& uri) { return open_server(uri, patience().total); });
}

/// For the manifest: numbers and reasons, nobody's name.
void WholeReading::state_rights() {
  const std::string& unread = source().controls_unread;
  const std::vector<base::TextId>& doubts = harvest().controls.doubt;
  const auto doubtful = std::count_if(doubts.begin(), doubts.end(),
                                      [this](base::TextId doubt) { return !harvest().text.view(doubt).empty(); });
  note("who-may-change: " + (!unread.empty() ? "cannot tell: " + unread
                             : doubtful > 0
                                 ? fmt::format("all rules that matter were read; {} cannot be judged", doubtful)
                                 : std::string("all rules that matter were read")));
  const std::size_t own = source().own_powers.size();
  const std::string& unknown = source().own_powers_unread;
  note("own-rights: " + (own > 0           ? fmt::format("{} beyond reading", own)
                         : unknown.empty() ? std::string("nothing beyond reading")
                                           : "cannot tell: " + unknown));
  const std::size_t canaries = options().profile.canaries.size();
  note(canaries == 0 ? std::string("canaries: none configured")
                     : fmt::format("canaries: {} asked for; one that is missing is among the gaps", canaries));
}

}  // namespace tally::directory
