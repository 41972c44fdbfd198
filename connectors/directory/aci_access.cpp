#include "connectors/directory/aci_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

using model::Truth;
using Kind = AciRule::Kind;

Truth known(bool is) { return is ? Truth::yes : Truth::no; }

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// `wanted`: what a condition of the connection is taken to be: whatever gives more.
Truth holds(const AciRule& rule, const Requester& one, const Target& target, Truth wanted) {
  switch (rule.kind) {
    case Kind::all: {
      Truth out = Truth::yes;
      for (const AciRule& part : rule.parts) {
        const Truth held = holds(part, one, target, wanted);
        if (held == Truth::no) return Truth::no;
        if (held == Truth::unknown) out = Truth::unknown;
      }
      return out;
    }
    case Kind::any: {
      Truth out = Truth::no;
      for (const AciRule& part : rule.parts) {
        const Truth held = holds(part, one, target, wanted);
        if (held == Truth::yes) return Truth::yes;
        if (held == Truth::unknown) out = Truth::unknown;
      }
      return out;
    }
    case Kind::none: return opposite(holds(rule.parts.front(), one, target, opposite(wanted)));
    case Kind::anyone: return Truth::yes;
    case Kind::signed_in: return known(!one.anonymous);
    case Kind::self: return known(!one.dn.empty() && one.dn == target.dn);
    case Kind::parent:
      if (one.anonymous) return Truth::no;
      return one.dn.empty() ? Truth::unknown : known(parent_of(target.dn) == one.dn);
    case Kind::named:
      if (one.dn.empty()) return Truth::no;
      return rule.named.by == Named::By::group ? known(has(one.all_groups, rule.named.text))
                                               : is_named(rule.named, one.dn);
    case Kind::attribute: {
      if (one.anonymous) return Truth::no;
      const auto values = target.named.find(rule.attribute);
      return values == target.named.end() ? Truth::unknown : known(has(values->second, one.dn));
    }
    case Kind::connection: return wanted;
    case Kind::unseen: return Truth::unknown;
  }
  return Truth::unknown;
}

/// A target names an entry with all below it; with stars, whatever fits.
bool fits_target(const Aci& aci, std::string_view dn) {
  if (aci.target.empty()) return true;
  const bool star = aci.target.find('*') != std::string::npos;
  const bool fits = star ? is_named({Named::By::wildcard, aci.target, 0}, dn) == Truth::yes : lies_in(dn, aci.target);
  return fits != aci.target_not;
}

bool fits_attribute(const Aci& aci, std::string_view attribute) {
  if (attribute.starts_with('(')) return true;
  if (!aci.has_attributes) return false;
  const bool fits = std::any_of(aci.attributes.begin(), aci.attributes.end(), [&](const std::string& one) {
    return one == "*" || equal_ignoring_case(one, attribute);
  });
  return fits != aci.attributes_not;
}

Truth fits(const Aci& aci, const Target& target, std::string_view attribute) {
  if (!lies_in(target.dn, aci.holder) || !fits_target(aci, target.dn) || !fits_attribute(aci, attribute))
    return Truth::no;
  return aci.unseen_target ? Truth::unknown : Truth::yes;
}

std::uint8_t rights_for(std::string_view attribute) {
  if (attribute == AciAccess::kAddEntries) return kAciAdd;
  if (attribute == AciAccess::kDeleteEntries) return kAciDelete;
  if (attribute == AciAccess::kProxy) return kAciProxy;
  return kAciWrite | kAciSelfWrite;
}

std::string evidence(const Aci& aci, const AciPermission& permission) {
  return fmt::format("aci \"{}\" of {}: {}", aci.name, aci.holder, permission.text);
}

/// What the instructions say so far.
struct Sum {
  bool denied = false, own_name_only = true;
  std::string given, doubtful_grant, doubtful_denial;
};

void weigh(const Aci& aci, const AciPermission& permission, const Requester& one, const Target& target, Truth fitting,
           Sum& sum) {
  const Truth who = holds(permission.who, one, target, permission.allow ? Truth::yes : Truth::no);
  if (who == Truth::no) return;
  const bool sure = who == Truth::yes && fitting == Truth::yes;
  const std::string text = evidence(aci, permission);
  if (!permission.allow) {
    if (sure)
      sum.denied = true;
    else
      sum.doubtful_denial = fmt::format("aci \"{}\"", aci.name);
  } else if (sure) {
    const bool own = (permission.rights & ~kAciSelfWrite & 0xFF) == 0;
    if (sum.given.empty() || (sum.own_name_only && !own)) sum.given = text;
    sum.own_name_only = sum.own_name_only && own;
  } else {
    sum.doubtful_grant = fmt::format("aci \"{}\"", aci.name);
  }
}

}  // namespace

void AciAccess::add(std::string_view holder_dn, std::string_view value) {
  auto aci = Aci::parse(value);
  if (!aci) {
    unreadable_.push_back({normal_dn(holder_dn), fmt::format("an aci cannot be read: {}", aci.error().message)});
    return;
  }
  aci->holder = normal_dn(holder_dn);
  all_.push_back(std::move(*aci));
}

Permission AciAccess::of(const Requester& requester, const Target& target, std::string_view attribute) const {
  Sum sum;
  const std::uint8_t wanted = rights_for(attribute);
  for (const Aci& aci : all_) {
    const Truth fitting = fits(aci, target, attribute);
    if (fitting == Truth::no) continue;
    for (const AciPermission& permission : aci.permissions) {
      // To deny selfwrite leaves write.
      const std::uint8_t right = permission.allow ? wanted : static_cast<std::uint8_t>(wanted & ~kAciSelfWrite);
      if ((permission.rights & right) != 0) weigh(aci, permission, requester, target, fitting, sum);
    }
  }
  if (sum.denied) return {};
  for (const Unreadable& one : unreadable_) {
    if (lies_in(target.dn, one.holder)) return {Truth::unknown, false, {}, one.why};
  }
  const auto unknown = [](const std::string& text) {
    return Permission{Truth::unknown, false, {}, text + " cannot be evaluated here"};
  };
  if (!sum.given.empty())
    return sum.doubtful_denial.empty() ? Permission{Truth::yes, sum.own_name_only, sum.given, {}}
                                       : unknown(sum.doubtful_denial);
  return sum.doubtful_grant.empty() ? Permission{} : unknown(sum.doubtful_grant);
}

template <class T>
static void add_once(std::vector<T>& all, const T& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// Each condition of the bind rules that may let somebody write.
template <class Each>
static void for_each_condition(const AciRule& rule, const Each& each) {
  each(rule);
  for (const AciRule& part : rule.parts) for_each_condition(part, each);
}

template <class Each>
static void for_each_condition(const std::vector<Aci>& all, const Each& each) {
  for (const Aci& aci : all) {
    for (const AciPermission& permission : aci.permissions) {
      if (permission.rights != 0) for_each_condition(permission.who, each);
    }
  }
}

bool AciAccess::asks_for_connection() const {
  bool out = false;
  for_each_condition(all_, [&](const AciRule& one) { out = out || one.kind == Kind::connection; });
  return out;
}

std::vector<Named> AciAccess::named() const {
  std::vector<Named> out;
  for_each_condition(all_, [&](const AciRule& one) {
    if (one.kind == Kind::named) add_once(out, one.named);
  });
  return out;
}

std::vector<std::string> AciAccess::naming() const {
  std::vector<std::string> out;
  for_each_condition(all_, [&](const AciRule& one) {
    if (one.kind == Kind::attribute) add_once(out, one.attribute);
  });
  return out;
}

std::vector<Named> AciAccess::places() const {
  std::vector<Named> out;
  for (const Aci& aci : all_) {
    add_once(out, Named{Named::By::subtree, aci.holder, 0});
    if (aci.target.empty()) continue;
    const bool star = aci.target.find('*') != std::string::npos;
    add_once(out, Named{star ? Named::By::wildcard : Named::By::subtree, aci.target, 0});
  }
  return out;
}

std::vector<std::string> AciAccess::attributes() const {
  std::vector<std::string> out{std::string(kAddEntries), std::string(kDeleteEntries)};
  for (const Aci& aci : all_) {
    for (const std::string& one : aci.attributes) {
      if (!one.empty() && one != "*") add_once(out, one);
    }
  }
  return out;
}

}  // namespace tally::directory
