#include "connectors/directory/ds389_powers.h"

#include <fmt/format.h>

#include <set>

#include "connectors/directory/aci_access.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/own_rights_check.h"
#include "connectors/directory/power_notes.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

constexpr const char* kConfig = "cn=config";
/// Entries of which it is asked whether they carry instructions; one request each.
constexpr std::size_t kMaxProven = 5'000;
/// Accounts and groups of a base, whatever they may, of which the server is asked what we may.
constexpr std::uint32_t kOrdinaryEntries = 4;

class Powers {
 public:
  Powers(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
         base::Sha256& digest)
      : session_(session), options_(options), harvest_(harvest), patience_(patience), digest_(digest) {}

  void run() {
    for (const std::string& base : DnScope::outermost(options_.profile.bases)) read_instructions(base);
    read_config();
    PowerReading reading(harvest_, options_.profile.watched_groups, rules());
    for (const std::string& base : DnScope::outermost(options_.profile.bases)) reading.ask_about_base(base);
    reading.ask_about(ControlledKind::configuration, kConfig,
                      {{"nsslapd-rootpw", model::kFullControl}, {"aci", model::kWriteAccessRules}}, kConfig);
    if (!manager_.empty())
      reading.add_above_all(ControlledKind::database, options_.profile.bases.front(), manager_,
                            "nsslapd-rootdn of cn=config");
    for_each_sudo_role(session_, options_, patience_, [&](const std::string& dn) {
      reading.ask_about(ControlledKind::hosts, dn, {{"sudoUser", model::kWriteSudoRule}}, "Unix hosts, " + dn);
    });
    reading.run();
    prove(reading.asked_about());
    trouble(reading.unread());
    harvest_.source.controls_unread = trouble_;
    harvest_.source.notes.push_back(fmt::format("access-rules: {} instructions read", access_.size()));
    tell_powers(harvest_.source, reading);
    look_at_ourselves(reading);
  }

 private:
  void trouble(const std::string& why) {
    if (!why.empty() && trouble_.find(why) == std::string::npos) trouble_ += (trouble_.empty() ? "" : "; ") + why;
  }

  std::uint64_t find(const std::string& base, Scope scope, std::string filter, const EachEntry& each,
                     std::vector<std::string> attributes) {
    Search what;
    what.base = base;
    what.scope = scope;
    what.query = {std::move(filter), std::move(attributes)};
    what.digest = &digest_;
    if (scope == Scope::subtree) what.page_size = options_.page_size;
    const SearchOutcome found = search(session_, what, patience_, each);
    for (const model::Gap& gap : found.gaps) {
      if (!found.base_missing()) trouble("reading access rules: " + gap.sentence);
    }
    return found.entries;
  }

  void take(const Entry& entry) {
    const auto values = entry.values("aci");
    if (values.empty()) trouble(fmt::format("aci of {} may not be read", entry.dn()));
    for (const std::string_view value : values) access_.add(entry.dn(), value);
  }

  /// Of the base, everything below, and what stands above it.
  void read_instructions(const std::string& base) {
    find(base, Scope::subtree, "(|(aci=*)(&(objectClass=ldapSubEntry)(aci=*)))",
         [&](const Entry& entry) { take(entry); }, {"aci"});
    for (std::string_view above = parent_of(base); !above.empty(); above = parent_of(above))
      find(std::string(above), Scope::base, "(aci=*)", [&](const Entry& entry) { take(entry); }, {"aci"});
  }

  void read_config() {
    const std::uint64_t seen =
        find(kConfig, Scope::base, "(&(|(aci=*)(!(aci=*)))(|(nsslapd-rootdn=*)(!(nsslapd-rootdn=*))))",
             [&](const Entry& entry) {
               manager_ = entry.first("nsslapd-rootdn").value_or("");
               for (const std::string_view value : entry.values("aci")) access_.add(kConfig, value);
             },
             {"aci", "nsslapd-rootdn"});
    if (seen == 0 || manager_.empty()) trouble("aci and nsslapd-rootdn of cn=config may not be read");
  }

  /// An entry is shown to a question about aci only where aci may be searched.
  void prove(const std::vector<std::string>& targets) {
    std::set<std::string> places;
    for (const std::string& target : targets) {
      for (std::string_view dn = target; !dn.empty(); dn = parent_of(dn)) places.emplace(dn);
    }
    if (places.size() > kMaxProven) return trouble("too many entries to ask each whether it carries an aci");
    std::size_t hidden = 0;
    for (const std::string& dn : places) {
      if (lies_in(dn, kConfig) || proven(dn)) continue;
      const bool there =
          find(dn, Scope::base, "(|(objectClass=*)(objectClass=ldapSubEntry))", [](const Entry&) {}, {"1.1"}) > 0;
      if (there || lies_below_a_base(dn)) ++hidden;
    }
    if (hidden > 0)
      trouble(fmt::format("aci may not be read: {} of {} entries that matter do not show whether they carry one",
                          hidden, places.size()));
  }

  [[nodiscard]] bool lies_below_a_base(std::string_view dn) const {
    for (const std::string& base : options_.profile.bases) {
      if (lies_in(dn, normal_dn(base))) return true;
    }
    return false;
  }

  bool proven(const std::string& dn) {
    return find(dn, Scope::base, "(|(aci=*)(!(aci=*))(&(objectClass=ldapSubEntry)(|(aci=*)(!(aci=*)))))",
                [](const Entry&) {}, {"1.1"}) > 0;
  }

  AccessRules rules() {
    AccessRules out;
    out.of = [this](const Requester& one, const Target& target, std::string_view attribute) {
      return access_.of(one, target, attribute);
    };
    out.named = access_.named();
    out.places = access_.places();
    out.attributes = access_.attributes();
    out.attributes.emplace_back(kAnyOtherAttribute);
    out.naming = access_.naming();
    out.nested_groups = true;
    const std::string proxy(AciAccess::kProxy);
    out.all = {std::string(AciAccess::kAddEntries),
               std::string(AciAccess::kDeleteEntries),
               "aci",
               "userPassword",
               "member",
               "uniqueMember",
               "uidNumber"};
    out.base = {{"aci", model::kWriteAccessRules}, {proxy, model::kActAsOthers}};
    out.accounts = {
        {"userPassword", model::kResetPassword}, {"aci", model::kWriteAccessRules}, {proxy, model::kActAsOthers}};
    out.groups = {{"member", model::kAddMember},
                  {"uniqueMember", model::kAddMember},
                  {"memberUid", model::kAddMember},
                  {"aci", model::kWriteAccessRules}};
    out.own = {{"uidNumber", model::kWriteNumber}, {"gidNumber", model::kWriteNumber}};
    return out;
  }

  void look_at_ourselves(const PowerReading& reading) {
    model::SourceRecord& source = harvest_.source;
    const auto me = own_dn(session_, options_, patience_);
    source.own_powers_unread = me ? trouble_ : "the server does not say as whom it sees the session";
    if (!me || me->empty()) return;
    if (!manager_.empty() && normal_dn(manager_) == normal_dn(*me))
      source.own_powers.emplace_back("is the Directory Manager (nsslapd-rootdn): no access rule holds for it");
    const Requester ourselves = reading.requester(*me);
    for (std::string& power : reading.powers_of(ourselves, kMaxOwnPowers))
      source.own_powers.push_back(std::move(power));
    // The access rules do not hold for the manager: what the server says of it is no check of our reading.
    if (manager_.empty() || normal_dn(manager_) != normal_dn(*me)) ask_the_server(reading, ourselves);
    tell_reach(source, reading, ourselves,
               entries_naming(session_, options_, ourselves.dn, access_.naming(), patience_));
  }

  /// The server's own word about us, beside our reading of its rules.
  void ask_the_server(const PowerReading& reading, const Requester& ourselves) {
    model::SourceRecord& source = harvest_.source;
    std::vector<PowerReading::EntryQuestion> questions = ordinary_entries();
    for (PowerReading::EntryQuestion& one : reading.questions()) questions.push_back(std::move(one));
    const OwnRules ours{[this](const Requester& one, const Target& target, std::string_view attribute) {
                          return access_.of(one, target, attribute);
                        },
                        access_.asks_for_connection(), harvest_.groups.size() > 0};
    OwnRightsCheck check = check_own_rights(session_, ourselves, questions, ours, patience_);
    for (std::string& power : check.powers) {
      if (source.own_powers.size() < kMaxOwnPowers) source.own_powers.push_back(std::move(power));
    }
    trouble(check.doubt);
    trouble_of_our_own(reading.doubt_about(ourselves));
    trouble_of_our_own(check.doubt);
    source.controls_unread = trouble_;
    source.notes.push_back(
        kEffectiveRights +
        (check.not_made.empty()
             ? fmt::format("the server's own word about our rights, asked of {} entries, {}", check.entries,
                           check.doubt.empty() ? "does not contradict our reading" : "is another than our reading")
             : "our own rights could not be compared with the server's word: " + check.not_made));
  }

  void trouble_of_our_own(const std::string& why) {
    std::string& unread = harvest_.source.own_powers_unread;
    if (!why.empty() && unread.find(why) == std::string::npos) unread += (unread.empty() ? "" : "; ") + why;
  }

  /// A few accounts and groups of no power, for the comparison alone.
  std::vector<PowerReading::EntryQuestion> ordinary_entries() {
    std::vector<PowerReading::EntryQuestion> out;
    const AccessRules asked = rules();
    const auto sample = [&](ControlledKind kind, const char* filter, const std::vector<Asked>& of_each) {
      for (const std::string& base : DnScope::outermost(options_.profile.bases)) {
        Search what;
        what.base = base;
        what.query = {filter, {"1.1"}};
        what.size_limit = kOrdinaryEntries;
        // More than the limit are there, mostly: that the answer is cut is meant.
        search(session_, what, patience_, [&](const Entry& entry) {
          out.push_back({kind, {normal_dn(entry.dn())}, of_each});
        });
      }
    };
    sample(ControlledKind::account, "(|(objectClass=person)(objectClass=account)(objectClass=posixAccount))",
           asked.accounts);
    sample(ControlledKind::group,
           "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))", asked.groups);
    return out;
  }

  Session& session_;
  const LdapOptions& options_;
  model::Harvest& harvest_;
  const Patience& patience_;
  base::Sha256& digest_;
  AciAccess access_;
  std::string manager_;
  std::string trouble_;
};

}  // namespace

void read_ds389_powers(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
                       base::Sha256& digest) {
  Powers(session, options, harvest, patience, digest).run();
}

}  // namespace tally::directory
