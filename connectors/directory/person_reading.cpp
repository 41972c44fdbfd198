#include "connectors/directory/person_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>
#include <map>

#include "connectors/directory/dn.h"
#include "connectors/directory/domain_controllers.h"
#include "connectors/directory/failover.h"
#include "connectors/directory/filter.h"
#include "connectors/directory/hidden_members.h"
#include "connectors/directory/inquiry.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/range.h"
#include "connectors/directory/reading.h"
#include "connectors/directory/schema.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;

/// Of which it is tried whether they can be found by what names a person: a rule that hides that from all is found out.
constexpr std::uint32_t kAccountsTried = 200;

class PersonReading final : public Reading {
 public:
  PersonReading(const LdapOptions& options, const connectors::Collection& collection, const model::PersonKeys& keys)
      : Reading(options, collection), keys_(keys) {
    builder().expect_a_part();
  }

 private:
  /// An entry whose groups are to be found.
  struct Member {
    std::string dn;
    std::vector<std::string> uids;
  };

  /// The filter holds personal data, which the manifest must not.
  [[nodiscard]] std::string query_in_words() const override {
    return fmt::format(
        "bases {}; scope subtree; the accounts of one person by number, {} mails, {} names and {} known "
        "accounts, and their groups",
        fmt::join(bases(), " and "), keys_.mails.size(), keys_.logins.size() + keys_.principals.size(),
        keys_.known.size());
  }

  void read(Session& session) override {
    for (const std::string& line : session.notes()) note(line);
    check_kind(read_state(session, options().profile, patience()));
    const PersonQueries ask(options().profile, profile());
    for (const std::string& base : bases()) {
      if (read_base(session, base)) read_accounts(session, base, ask.accounts(keys_), ask);
    }
    for (const model::KnownAccount& known : keys_.known) {
      if (!lost() && known.source == source().name) read_known(session, known, ask);
    }
    if (!lost()) read_groups(session, ask);
    if (!lost()) read_ranges(session, builder(), patience());
    if (!lost()) probe(session);
    if (!lost()) expect_searchable(session, ask);
    prove_absences_in(session, account_dns(), Scope::base);
    inquire(session);
    profile().finish(builder());
    builder().finish();
    profile().settle(harvest());
    if (!lost() && options().profile.dialect == Dialect::active_directory) {
      if (!compare_token_groups(session)) expect_readable_members(session);
      ask_other_controllers(session, ask);
    }
    source().content = digest();
  }

  /// One that has not heard of the others for long may not know of what they did. When somebody last signed in, each of
  /// them knows alone. Half of the time that is left: one that is silent must not take away what this one answered.
  void ask_other_controllers(Session& session, const PersonQueries& ask) {
    std::string hers;
    for (const base::TextId id : builder().accounts().native_id) {
      const std::string_view known = builder().text().view(id);
      if (!known.empty()) hers += ask.account_of_id(known).filter;
    }
    const auto half = connectors::Deadline::after(patience().total.remaining() / 2, patience().total.stop());
    const Patience brief{patience().request, half.earlier(patience().total)};
    DomainControllers controllers(options(), harvest(), brief);
    controllers.look(session);
    if (hers.empty()) return;
    controllers.ask_others(session, "(|" + hers + ")",
                           [&](const std::string& uri) { return open_server(uri, brief.total); });
  }

  void read_accounts(Session& session, const std::string& base, const Query& query, const PersonQueries& ask) {
    read_tree(session, base, query, [&](const Entry& entry) { take_account(entry, ask); });
  }

  void take_account(const Entry& entry, const PersonQueries& ask) {
    if (builder().contains(entry.dn())) return;
    if (take(entry) != Seen::account) return;
    Member member{std::string(entry.dn()), {}};
    for (const std::string_view uid : entry.values("uid")) member.uids.emplace_back(uid);
    members_.push_back(std::move(member));
    if (Query primary = ask.primary_group_of(entry); !primary.filter.empty()) primary_groups_.push_back(primary);
  }

  /// Where it was, else wherever an entry of its id is now. That it is gone is no trouble: it was deleted.
  void read_known(Session& session, const model::KnownAccount& known, const PersonQueries& ask) {
    if (seen(known)) return;
    if (!known.dn.empty()) read_where_it_was(session, known, ask);  // an empty base would be the server's root
    if (known.native_id.empty() || seen(known)) return;
    for (const std::string& base : bases()) read_accounts(session, base, ask.account_of_id(known.native_id), ask);
  }

  void read_where_it_was(Session& session, const model::KnownAccount& known, const PersonQueries& ask) {
    Search self;
    self.base = known.dn;
    self.scope = Scope::base;
    self.query = ask.account_itself();
    SearchOutcome outcome = search(session, self, patience(), [&](const Entry& entry) { take_account(entry, ask); });
    if (outcome.base_missing()) outcome.gaps.clear();
    record("an account known from an earlier run", outcome);  // gaps are public: no name
  }

  [[nodiscard]] bool seen(const model::KnownAccount& known) {
    if (known.native_id.empty()) return builder().contains(known.dn);
    for (const base::TextId id : builder().accounts().native_id) {
      if (builder().text().view(id) == known.native_id) return true;
    }
    return false;
  }

  /// Groups of the accounts, then groups of these groups, until no new one comes.
  void read_groups(Session& session, const PersonQueries& ask) {
    for (const Query& query : primary_groups_) read_groups(session, query, nullptr);
    if (const Query computed = ask.computed_groups(); !computed.filter.empty()) read_groups(session, computed, nullptr);
    for (std::size_t asked = 0; !members_.empty() && !lost(); ++asked) {
      if (asked == kMaxGroupsFollowed) {
        coverage().lower(CoverageState::partial, Gap::Kind::range_cut,
                         fmt::format("the person's accounts and groups are more than {}: groups of the rest were not "
                                     "looked for",
                                     kMaxGroupsFollowed));
        return;
      }
      const Member member = std::move(members_.front());
      members_.pop_front();
      read_groups(session, ask.groups_with(member.dn, member.uids), &member);
    }
  }

  void read_groups(Session& session, const Query& query, const Member* member) {
    for (const std::string& base : bases()) {
      read_tree(session, base, query, [&](const Entry& entry) { take_group(entry, member); });
    }
  }

  void take_group(const Entry& entry, const Member* member) {
    const std::string key = normal_dn(entry.dn());
    auto found = groups_.find(key);
    if (found == groups_.end()) {
      if (take(entry) != Seen::group) return;
      found = groups_.emplace(key, model::GroupId::at(builder().groups().size() - 1)).first;
      members_.push_back({std::string(entry.dn()), {}});
    }
    if (member != nullptr) builder().add_member(found->second, member->dn);
  }

  [[nodiscard]] std::vector<std::string> account_dns() {
    std::vector<std::string> out;
    for (const base::TextId dn : harvest().accounts.dn) out.emplace_back(builder().text().view(dn));
    return out;
  }

  void probe(Session& session) {
    ProbeContext context = probe_context(session);
    probe_canaries(context);
    for (const std::string& base : bases()) probe_hidden_children(context, base);
    if (options().profile.accounts_at_least) expect_accounts(session, *options().profile.accounts_at_least);
    if (harvest().accounts.size() > 0 || shows_an_account(session)) return;
    coverage().lower(
        CoverageState::failed, Gap::Kind::hidden,
        "no account at all is shown: the directory is empty, or access rules hide everything: cannot tell");
  }

  /// Groups are found by whom they hold, and accounts by what names the person. Where that may not be searched, a
  /// filter item about it is Undefined and finds nothing. An entry that (|(member=*)(!(member=*))) finds lets us search
  /// it (absence.h).
  void expect_searchable(Session& session, const PersonQueries& ask) {
    const std::vector<std::string> members = profile().member_attributes();
    if (members.empty()) return;
    const Searchable groups = searchable(session, profile().group_filter(), members, 0);
    if (groups.hidden())
      doubt(fmt::format("of {} of {} groups the account that reads may not search {}: the person may be in them",
                        groups.all - groups.some, groups.all, fmt::join(groups.attributes, ", ")));
    const auto filter = Filter::parse(ask.accounts(keys_).filter);
    if (!filter) return;
    const Searchable accounts = searchable(session, profile().account_filter(), filter->attributes(), kAccountsTried);
    if (accounts.hidden())
      doubt(fmt::format(
          "of {} of the first {} accounts the account that reads may not search {}: one of the person's may "
          "be among such",
          accounts.all - accounts.some, accounts.all, fmt::join(accounts.attributes, ", ")));
  }

  /// In Active Directory a filter does not tell (hidden_members.h): where the server does not tell the person's groups,
  /// every group has to show a member, or to have none that we may not read.
  void expect_readable_members(Session& session) {
    const std::string& groups = profile().group_filter();
    const std::uint64_t all = count(session, groups, {}, 0), shown = count(session, groups + "(member=*)", {}, 0);
    std::uint64_t empty = 0;
    each_empty_group(inquiry_of(session, patience()), bases(), [&](std::string_view) { ++empty; });
    if (shown + empty >= all) return;
    doubt(fmt::format("{} of {} groups do not show member, and {}: the person may be in them", all - shown - empty, all,
                      kMayBeHidden));
  }

  void doubt(std::string why) { coverage().lower(CoverageState::partial, Gap::Kind::hidden, std::move(why)); }

  struct Searchable {
    std::vector<std::string> attributes;  ///< that the server knows
    std::uint64_t all = 0, some = 0;      ///< entries, and those that let us search all of these
    [[nodiscard]] bool hidden() const { return some < all; }
  };

  Searchable searchable(Session& session, const std::string& filter, std::vector<std::string> attributes,
                        std::uint32_t at_most) {
    Searchable out{std::move(attributes)};
    out.all = count(session, filter, {}, at_most);
    out.some = count(session, filter, out.attributes, at_most);
    if (!out.hidden()) return out;
    // What the server does not know is Undefined, too.
    const std::vector<std::string> known = read_attribute_names(session, patience());
    if (known.empty()) return out;
    std::erase_if(out.attributes, [&](const std::string& name) { return !knows(known, name); });
    out.some = count(session, filter, out.attributes, at_most);
    return out;
  }

  /// Of all bases; `at_most` of each, 0: all.
  std::uint64_t count(Session& session, const std::string& filter, const std::vector<std::string>& searchable,
                      std::uint32_t at_most) {
    std::string all = filter;
    for (const std::string& name : searchable) all += fmt::format("(|({0}=*)(!({0}=*)))", name);
    std::uint64_t out = 0;
    for (const std::string& base : bases()) {
      Search what;
      what.base = base;
      what.query = {fmt::format("(&{})", all), {"1.1"}};
      what.page_size = at_most > 0 ? 0 : options().page_size;
      what.size_limit = at_most;
      what.max_entries = options().entries_at_most;
      out += search(session, what, patience(), [](const Entry&) {}).entries;
    }
    return out;
  }

  /// What a whole read would miss by its least number, the look-up of one person must miss too.
  void expect_accounts(Session& session, std::uint64_t least) {
    std::uint64_t shown = 0;
    for (const std::string& base : bases()) {
      if (lost() || shown >= least) break;
      Search all;
      all.base = base;
      all.query = {profile().account_filter(), {"1.1"}};
      all.page_size = options().page_size;
      all.max_entries = least - shown;
      shown += search(session, all, patience(), [](const Entry&) {}).entries;
    }
    if (shown >= least) return;
    coverage().lower(CoverageState::partial, Gap::Kind::hidden,
                     fmt::format("{} accounts are shown, but the configuration expects at least {}", shown, least));
  }

  /// One is enough; sizeLimitExceeded then says that there are more.
  bool shows_an_account(Session& session) {
    for (const std::string& base : bases()) {
      Search any;
      any.base = base;
      any.query = {profile().account_filter(), {"1.1"}};
      any.size_limit = 1;
      if (search(session, any, patience(), [](const Entry&) {}).entries > 0) return true;
    }
    return false;
  }

  const model::PersonKeys& keys_;
  std::deque<Member> members_;  ///< still to be asked about
  std::vector<Query> primary_groups_;
  std::map<std::string, model::GroupId> groups_;  ///< by normal DN
};

}  // namespace

model::Harvest look_up_person(const LdapOptions& options, const connectors::Collection& collection,
                              const model::PersonKeys& keys) {
  return read_from_any(options, collection, [&](const LdapOptions& o, const connectors::Collection& c) {
    return std::make_unique<PersonReading>(o, c, keys);
  });
}

}  // namespace tally::directory
