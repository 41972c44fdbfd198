// A domain drawn by hand, with rights on its entries. Inner to the tests of Control.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "policy/access/control.h"
#include "tests/unit/policy/access/directory.h"

namespace tally::access {

using model::ControlledKind;
using model::Tier;

/// A domain in which everything was read: Domain Admins with adm-mueller, a help desk with anna, and bert in nothing.
class Domain : public Directory {
 public:
  Domain() {
    snapshot().sources[0].controls_unread.clear();
    snapshot().sources[0].domains = {"S-1-5-21-1-2-3"};
    group("Domain Admins", Tier::tier0);
    join("adm-mueller", "Domain Admins");
    join("anna", "helpdesk");
    account("bert");
    read("Domain Admins");
    read("adm-mueller");
    read_head("DC=corp");
    read_template();
  }

  static std::string sid_of(const std::string& name) {
    std::size_t rid = 1000;
    for (const char c : name) rid = rid * 31 % 60000 + static_cast<unsigned char>(c);
    return fmt::format("S-1-5-21-1-2-3-{}", rid);
  }
  Domain& read(const std::string& object, const std::string& doubt = "") { return row("", object, 0, "", doubt); }
  Domain& read_head(const std::string& dn) { return other(ControlledKind::domain, dn, "", 0); }
  Domain& read_template() { return other(ControlledKind::admin_sd_holder, "CN=AdminSDHolder", "", 0); }
  Domain& right(const std::string& holder, std::uint32_t rights, const std::string& over,
                const std::string& unless = "", const std::string& doubt = "") {
    return row(sid_of(holder), over, rights, unless, doubt);
  }
  Domain& other(ControlledKind kind, const std::string& object, const std::string& holder, std::uint32_t rights) {
    return add(kind, {}, {}, object, holder.empty() ? "" : sid_of(holder), rights, "", "");
  }
  Domain& row(const std::string& sid, const std::string& over, std::uint32_t rights, const std::string& unless,
              const std::string& doubt) {
    if (over.starts_with("adm-") || over == "anna" || over == "bert" || over == "svc") {
      return add(ControlledKind::account, account(over), {}, over, sid, rights, unless, doubt);
    }
    return add(ControlledKind::group, {}, group(over), over, sid, rights, unless, doubt);
  }

  /// One object stands above another one, or above an account.
  Domain& above(const std::string& object, ControlledKind kind, const std::string& below,
                std::uint32_t how = model::kHolds) {
    const bool is_account = kind == ControlledKind::account;
    return add(kind, is_account ? account(below) : model::AccountId(), {}, below, object, how, "", "");
  }

  /// "yes: helpdesk > …", "no", "unknown: …".
  std::string control(const std::string& login) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.of(account(login));
    if (fact.value == model::Truth::unknown) return "unknown: " + std::string(control.view(fact.basis));
    if (fact.value == model::Truth::no) return "no";
    return fmt::format("yes: {}", fmt::join(control.path(account(login)), " > "));
  }
  std::string secrets(const std::string& login) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.replicates(account(login));
    if (fact.value == model::Truth::unknown) return "unknown: " + std::string(control.view(fact.basis));
    return fact.value == model::Truth::no ? "no" : "yes: " + control.replication_in_words(account(login));
  }
  std::string altered(std::size_t source = 0) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.template_altered(model::SourceId::at(source));
    const std::string words[] = {"no", "yes", "unknown"};
    return words[static_cast<int>(fact.value)] + ": " + std::string(control.view(fact.basis));
  }
  std::string rule(const std::string& login) {
    const Access access = look();
    return std::string(Control(snapshot(), access).rule(account(login)));
  }
  /// A holder by DN, in that source.
  void power(const std::string& login, ControlledKind kind, const std::string& object, std::uint32_t rights,
             const std::string& rule) {
    add(kind, {}, {}, object, std::string(snapshot().view(snapshot().accounts.dn[account(login).index()])), rights, "",
        "");
    snapshot().controls.source.back() = snapshot().accounts.source[account(login).index()];
    snapshot().controls.rule.back() = snapshot().text.add(rule);
  }
  void to_everybody() { snapshot().controls.everybody.back() = 1; }
  void name_holder(const std::string& name) { snapshot().controls.holder_name.back() = snapshot().text.add(name); }

 private:
  /// Everybody gets the SID of their name.
  Access look() {
    const model::Snapshot& s = seen();
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      const std::string login(s.view(s.accounts.login[i]));
      account_sid(login, sid_of(login));
    }
    for (std::size_t i = 0; i < s.groups.size(); ++i) {
      const std::string name(s.view(s.groups.name[i]));
      sid(name, sid_of(name));
    }
    return access();
  }
  Domain& add(ControlledKind kind, model::AccountId over_account, model::GroupId over_group, const std::string& object,
              const std::string& holder, std::uint32_t rights, const std::string& unless, const std::string& doubt) {
    model::Controls& c = snapshot().controls;
    base::TextPool& text = snapshot().text;
    c.source.push_back(model::SourceId(0));
    c.kind.push_back(kind);
    c.account.push_back(over_account);
    c.group.push_back(over_group);
    c.object.push_back(text.add(object));
    c.holder.push_back(text.add(holder));
    c.holder_name.emplace_back();
    c.everybody.push_back(0);
    c.rights.push_back(rights);
    c.rule.emplace_back();
    c.unless_in.push_back(text.add(unless));
    c.doubt.push_back(text.add(doubt));
    return *this;
  }
};

}  // namespace tally::access
