#include "connectors/directory/openldap_powers.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "connectors/directory/dn.h"
#include "connectors/directory/olc_access.h"
#include "connectors/directory/olc_values.h"
#include "connectors/directory/power_notes.h"
#include "connectors/directory/power_reading.h"
#include "connectors/directory/power_rows.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

constexpr const char* kConfig = "cn=config";
/// Each is read only where it is seen to be there or not to be there.
constexpr std::string_view kSeen =
    "(|(olcAccess=*)(!(olcAccess=*)))(|(olcRootDN=*)(!(olcRootDN=*)))(|(olcSuffix=*)(!(olcSuffix=*)))";

/// One database of cn=config.
struct Database {
  std::string name;                   ///< "{1}mdb"
  std::vector<std::string> suffixes;  ///< normal
  std::string root;
  std::vector<std::string> rules;
};

bool is_called(const Database& database, std::string_view name) {
  const std::size_t end = database.name.find('}');
  return std::string_view(database.name).substr(end == std::string::npos ? 0 : end + 1) == name;
}

class Powers {
 public:
  Powers(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
         base::Sha256& digest)
      : session_(session), options_(options), harvest_(harvest), patience_(patience), digest_(digest) {}

  void run() {
    if (!read_config()) return give_up();
    make_rules();
    PowerReading reading(harvest_, options_.profile.watched_groups, rules());
    for (const std::string& base : DnScope::outermost(options_.profile.bases)) reading.ask_about_base(base);
    reading.ask_about(ControlledKind::configuration, "olcDatabase={1}mdb,cn=config",
                      {{"olcAccess", model::kFullControl}, {"olcRootDN", model::kFullControl}}, kConfig);
    for (const Database& one : databases_) {
      if (one.root.empty()) continue;
      const bool config = is_called(one, "config");
      if (config || concerns(one))
        reading.add_above_all(config ? ControlledKind::configuration : ControlledKind::database,
                              config ? kConfig : one.suffixes.front(), one.root,
                              fmt::format("olcRootDN of {}", one.name));
    }
    read_authz();
    for_each_sudo_role(session_, options_, patience_, [&](const std::string& dn) {
      reading.ask_about(ControlledKind::hosts, dn, {{"sudoUser", model::kWriteSudoRule}}, "Unix hosts, " + dn);
    });
    reading.run();
    trouble(reading.unread());
    harvest_.source.controls_unread = trouble_;
    tell_powers(harvest_.source, reading);
    look_at_ourselves(reading);
  }

 private:
  void trouble(const std::string& why) {
    if (!why.empty() && trouble_.find(why) == std::string::npos) trouble_ += (trouble_.empty() ? "" : "; ") + why;
  }

  void give_up() {
    harvest_.source.controls_unread = trouble_;
    harvest_.source.own_powers_unread = trouble_;
    const auto me = own_dn(session_, options_, patience_);
    if (me && *me == kConfig) harvest_.source.own_powers.emplace_back("is the rootDN of cn=config");
  }

  SearchOutcome find(const std::string& base, std::string filter, std::vector<std::string> attributes,
                     const EachEntry& each) {
    Search what;
    what.base = base;
    what.query = {std::move(filter), std::move(attributes)};
    what.digest = &digest_;
    what.page_size = options_.page_size;
    return search(session_, what, patience_, each);
  }

  bool read_config() {
    std::size_t with_rules = 0;
    find(kConfig, fmt::format("(&(objectClass=olcDatabaseConfig){})", kSeen),
         {"olcDatabase", "olcSuffix", "olcAccess", "olcRootDN"}, [&](const Entry& entry) { take(entry); });
    find(kConfig, "(&(objectClass=olcDatabaseConfig)(olcAccess=*))", {"1.1"}, [&](const Entry&) { ++with_rules; });
    bool global = false;
    find(kConfig, "(&(objectClass=olcGlobal)(|(olcAuthzPolicy=*)(!(olcAuthzPolicy=*))))", {"olcAuthzPolicy"},
         [&](const Entry& entry) {
           global = true;
           authz_ = entry.first("olcAuthzPolicy").value_or("none");
         });
    const bool all_shown =
        with_rules == static_cast<std::size_t>(std::count_if(databases_.begin(), databases_.end(),
                                                             [](const Database& one) { return !one.rules.empty(); }));
    const auto missing = missing_database();
    if (databases_.empty()) {
      trouble("olcAccess may not be read: cn=config shows no database to the account that reads");
    } else if (!all_shown) {
      trouble("olcAccess may not be read: it is there, and its values are not shown");
    } else if (missing) {
      trouble(fmt::format("olcAccess may not be read: cn=config does not show the database of {}", *missing));
    }
    if (!global) trouble("olcAuthzPolicy of cn=config may not be read");
    return trouble_.empty();
  }

  void take(const Entry& entry) {
    Database out;
    out.name = entry.first("olcDatabase").value_or("");
    for (const std::string_view suffix : entry.values("olcSuffix")) out.suffixes.push_back(normal_dn(suffix));
    out.root = entry.first("olcRootDN").value_or("");
    for (const std::string_view rule : entry.values("olcAccess")) out.rules.emplace_back(rule);
    databases_.push_back(std::move(out));
  }

  [[nodiscard]] std::optional<std::string> missing_database() const {
    for (const std::string_view name : {"frontend", "config"}) {
      if (std::none_of(databases_.begin(), databases_.end(), [&](const Database& one) { return is_called(one, name); }))
        return fmt::format("olcDatabase={}", name);
    }
    for (const std::string& base : options_.profile.bases) {
      if (database_of(normal_dn(base)) == nullptr) return base;
    }
    return std::nullopt;
  }

  /// The one with the longest suffix that the DN lies in.
  [[nodiscard]] const Database* database_of(std::string_view dn) const {
    const Database* out = nullptr;
    std::size_t longest = 0;
    for (const Database& one : databases_) {
      for (const std::string& suffix : one.suffixes) {
        if (!lies_in(dn, suffix) || (out != nullptr && suffix.size() <= longest)) continue;
        out = &one;
        longest = suffix.size();
      }
      if (out == nullptr && is_called(one, "config") && lies_in(dn, kConfig)) out = &one;
    }
    return out;
  }

  /// A base lies in it, or it in a base.
  [[nodiscard]] bool concerns(const Database& database) const {
    for (const std::string& base : options_.profile.bases) {
      const std::string normal = normal_dn(base);
      if (database_of(normal) == &database) return true;
      for (const std::string& suffix : database.suffixes) {
        if (lies_in(suffix, normal)) return true;
      }
    }
    return false;
  }

  void make_rules() {
    const auto frontend = std::find_if(databases_.begin(), databases_.end(),
                                       [](const Database& one) { return is_called(one, "frontend"); });
    for (const Database& one : databases_) {
      OlcAccess access;
      for (const std::string& rule : one.rules) access.add(rule);
      if (is_called(one, "config") && one.rules.empty()) access.add("to * by * none");
      if (&one != &*frontend) {
        for (const std::string& rule : frontend->rules) access.add(rule);
      }
      if (is_called(one, "config") || concerns(one)) trouble(access.not_understood());
      if (concerns(one)) doubt_hidden_values(access, harvest_.source.coverage);
      access_.push_back(std::move(access));
    }
  }

  [[nodiscard]] bool authz(std::string_view direction) const {
    return authz_ == direction || authz_ == "any" || authz_ == "both" || authz_ == "all";
  }

  [[nodiscard]] Permission ask(const Requester& one, const Target& target, std::string_view attribute,
                               OlcPrivilege privilege) const {
    const Database* database = database_of(target.dn);
    if (database == nullptr) return {};  // what no database holds cannot be written
    return access_[static_cast<std::size_t>(database - databases_.data())].of(one, target, attribute, privilege);
  }

  /// What the rules of one database are about.
  void tell_places(std::size_t database, AccessRules& out) const {
    const OlcAccess& access = access_[database];
    for (const std::string& suffix : databases_[database].suffixes)
      out.places.push_back({Named::By::subtree, suffix, 0});
    for (const Named& place : access.places()) out.places.push_back(place);
    for (const std::string& attribute : access.attributes()) out.attributes.push_back(attribute);
    for (const std::string& attribute : access.naming()) out.naming.push_back(attribute);
  }

  AccessRules rules() {
    AccessRules out;
    out.of = [this](const Requester& one, const Target& target, std::string_view attribute) {
      return ask(one, target, attribute, kOlcAdd);
    };
    out.of_deleting = [this](const Requester& one, const Target& target, std::string_view attribute) {
      return ask(one, target, attribute, kOlcDelete);
    };
    for (std::size_t i = 0; i < databases_.size(); ++i) {
      if (!is_called(databases_[i], "config") && !concerns(databases_[i])) continue;
      for (Named& named : access_[i].named()) {
        if (std::find(out.named.begin(), out.named.end(), named) == out.named.end()) out.named.push_back(named);
      }
      tell_places(i, out);
    }
    out.places.push_back({Named::By::subtree, kConfig, 0});
    out.attributes.insert(out.attributes.end(), {"entry", "children", kAnyOtherAttribute});
    out.all = {"entry", "children", "userPassword", "member", "uidNumber"};
    out.accounts = {{"userPassword", model::kResetPassword}};
    out.groups = {{"member", model::kAddMember}, {"memberUid", model::kAddMember}, {"uniqueMember", model::kAddMember}};
    out.own = {{"uidNumber", model::kWriteNumber}, {"gidNumber", model::kWriteNumber}};
    if (authz("to")) out.own.push_back({"authzTo", model::kActAsOthers});
    if (authz("from")) out.accounts.push_back({"authzFrom", model::kActAsOthers});
    return out;
  }

  /// authzTo of an entry lets it act as others; authzFrom lets others act as it (slapd.conf(5), authz-policy).
  void read_authz() {
    for (const auto& [direction, attribute] : {std::pair{"to", "authzTo"}, {"from", "authzFrom"}}) {
      if (!authz(direction)) continue;
      for (const std::string& base : DnScope::outermost(options_.profile.bases)) {
        std::size_t seen = 0;
        read_entry_if(base, fmt::format("(|({0}=*)(!({0}=*)))", attribute), [&](const Entry&) { ++seen; });
        if (seen == 0) trouble(fmt::format("olcAuthzPolicy is {}, and {} may not be read", authz_, attribute));
        find(base, fmt::format("({}=*)", attribute), {attribute}, [&, attribute = attribute](const Entry& entry) {
          for (const std::string_view value : entry.values(attribute)) add_authz(entry, attribute, value);
        });
      }
    }
  }

  void read_entry_if(const std::string& dn, std::string filter, const EachEntry& each) {
    Search what;
    what.base = dn;
    what.scope = Scope::base;
    what.query = {std::move(filter), {"1.1"}};
    search(session_, what, patience_, each);
  }

  void add_authz(const Entry& entry, std::string_view attribute, std::string_view value) {
    const std::string rule = fmt::format("{}={}", attribute, value);
    if (attribute == "authzTo") {
      const std::string dn(entry.dn());
      return add_power(harvest_, {.kind = ControlledKind::database,
                                  .object = "the directory",
                                  .holder = dn,
                                  .rights = model::kActAsOthers,
                                  .rule = rule});
    }
    std::string_view who = value;
    for (const std::string_view prefix : {"dn.exact:", "dn:"}) {
      if (who.starts_with(prefix)) who.remove_prefix(prefix.size());
    }
    const std::string of = normal_dn(entry.dn()), holder = normal_dn(who);
    model::AccountId object;
    std::string known;
    for (std::size_t i = 0; i < harvest_.accounts.size(); ++i) {
      const std::string dn = normal_dn(harvest_.text.view(harvest_.accounts.dn[i]));
      if (dn == of) object = model::AccountId::at(i);
      if (!holder.empty() && dn == holder) known = harvest_.text.view(harvest_.accounts.dn[i]);
    }
    if (!object.valid()) return;
    const std::string dn(entry.dn());
    if (known.empty()) return trouble("authzFrom names others than by DN, or somebody who was not read");
    add_power(harvest_, {.kind = ControlledKind::account,
                         .account = object,
                         .object = dn,
                         .holder = known,
                         .rights = model::kActAsOthers,
                         .rule = rule});
  }

  void look_at_ourselves(const PowerReading& reading) {
    model::SourceRecord& source = harvest_.source;
    const auto me = own_dn(session_, options_, patience_);
    source.own_powers_unread = me ? trouble_ : "the server does not say as whom it sees the session";
    if (!me || me->empty()) return;
    for (const Database& one : databases_) {
      if (!one.root.empty() && normal_dn(one.root) == normal_dn(*me) && (is_called(one, "config") || concerns(one)))
        source.own_powers.push_back(fmt::format("is the olcRootDN of {}: no access rule holds for it", one.name));
    }
    const Requester ourselves = reading.requester(*me);
    for (std::string& power : reading.powers_of(ourselves, kMaxOwnPowers))
      source.own_powers.push_back(std::move(power));
    if (const std::string doubt = reading.doubt_about(ourselves); source.own_powers_unread.empty())
      source.own_powers_unread = doubt;
    tell_reach(source, reading, ourselves, entries_naming(session_, options_, ourselves.dn, rules().naming, patience_));
  }

  Session& session_;
  const LdapOptions& options_;
  model::Harvest& harvest_;
  const Patience& patience_;
  base::Sha256& digest_;
  std::vector<Database> databases_;
  std::vector<OlcAccess> access_;  ///< beside databases_
  std::string authz_ = "none";
  std::string trouble_;
};

}  // namespace

void read_openldap_powers(Session& session, const LdapOptions& options, model::Harvest& harvest,
                          const Patience& patience, base::Sha256& digest) {
  Powers(session, options, harvest, patience, digest).run();
}

}  // namespace tally::directory
