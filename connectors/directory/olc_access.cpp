#include "connectors/directory/olc_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

using model::Truth;

/// Conditions of which it is not known whether they hold: each is followed both ways.
constexpr int kMaxOpen = 10;

/// Supertypes of the attributes that are asked about, by which a rule may name them (RFC 4519, core.schema).
bool is_attribute(std::string_view written, std::string_view asked) {
  const std::string_view plain = written.substr(0, written.find(';'));
  if (equal_ignoring_case(plain, asked)) return true;
  const bool dn = equal_ignoring_case(asked, "member") || equal_ignoring_case(asked, "owner");
  return dn && equal_ignoring_case(plain, "distinguishedName");
}

Truth of_attributes(const OlcRule& rule, std::string_view asked) {
  if (rule.attributes.empty()) return Truth::yes;
  Truth out = Truth::no;
  for (const std::string& one : rule.attributes) {
    if (is_attribute(one, asked) || one == "@extensibleObject") return Truth::yes;
    const bool pseudo = asked == "entry" || asked == "children";
    if (!pseudo && (one[0] == '@' || one[0] == '!')) out = Truth::unknown;
  }
  return out;
}

Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

Truth what(const OlcRule& rule, const Target& target, std::string_view attribute) {
  Truth out = rule.every_dn ? Truth::yes : is_named(rule.dn, target.dn);
  out = both(out, of_attributes(rule, attribute));
  const bool open = rule.one_value || (!rule.filter.empty() && !equal_ignoring_case(rule.filter, "(objectClass=*)"));
  return open ? both(out, Truth::unknown) : out;
}

/// A condition holds, does not, is not known; or some connection fulfils it.
struct Held {
  Truth value = Truth::yes;
  bool by_connection = false;
};

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

Truth holds(const OlcCondition& condition, const Requester& requester, const Target& target) {
  using Kind = OlcCondition::Kind;
  const auto known = [](bool is) { return is ? Truth::yes : Truth::no; };
  switch (condition.kind) {
    case Kind::everyone: return Truth::yes;
    case Kind::anonymous: return known(requester.anonymous);
    case Kind::users: return known(!requester.anonymous);
    case Kind::self: return known(!requester.dn.empty() && requester.dn == target.dn);
    case Kind::named:
      if (requester.anonymous || requester.dn.empty()) return Truth::no;
      if (condition.named.by == Named::By::group) return known(has(requester.groups, condition.named.text));
      return is_named(condition.named, requester.dn);
    case Kind::dnattr: {
      if (requester.anonymous) return Truth::no;
      // Whom the entry names is asked about by name (PowerReading), so somebody without one is none of them.
      const auto values = target.named.find(condition.text);
      return values == target.named.end() ? Truth::unknown : known(has(values->second, requester.dn));
    }
    case Kind::connection: return Truth::unknown;
    case Kind::unseen: return requester.anonymous ? Truth::no : Truth::unknown;
  }
  return Truth::unknown;
}

Held holds(const OlcBy& by, const Requester& requester, const Target& target) {
  Held out;
  for (const OlcCondition& one : by.who) {
    if (one.kind == OlcCondition::Kind::connection)
      out.by_connection = true;
    else
      out.value = both(out.value, holds(one, requester, target));
  }
  return out;
}

/// Goes through the rules for one question; where it cannot be told whether something holds, both ways.
class Walk {
 public:
  Walk(const std::vector<OlcRule>& rules, const Requester& requester, const Target& target, std::string_view attribute,
       OlcPrivilege privilege)
      : rules_(rules), requester_(requester), target_(target), attribute_(attribute), privilege_(privilege) {}

  Permission run() { return from({}); }

 private:
  struct Place {
    std::size_t rule = 0, by = 0;
    bool inside = false;  ///< the rule's <what> fits
    std::uint8_t privileges = 0;
    bool self = false;
    const OlcBy* giver = nullptr;
    const OlcRule* given_in = nullptr;
    int open = 0;
  };

  Permission from(Place at) {
    for (; at.rule < rules_.size(); leave(at)) {
      const OlcRule& rule = rules_[at.rule];
      if (rule.text.empty()) return {Truth::unknown, false, {}, "an access rule cannot be read"};
      if (!at.inside) {
        const Truth fits = what(rule, target_, attribute_);
        if (fits == Truth::no) continue;
        if (fits == Truth::unknown) return fork(at, rule, "whether it is about an entry is not known");
        at.inside = true;
      }
      if (const auto answer = through(at, rule)) return *answer;
    }
    return {};
  }

  static void leave(Place& at) {
    ++at.rule;
    at.by = 0;
    at.inside = false;
  }

  /// Nothing: on to the next rule.
  std::optional<Permission> through(Place& at, const OlcRule& rule) {
    for (; at.by < rule.by.size(); ++at.by) {
      const OlcBy& by = rule.by[at.by];
      const Held held = holds(by, requester_, target_);
      if (held.value == Truth::no) continue;
      if (held.value == Truth::unknown || held.by_connection) return fork(at, by, held);
      if (apply(at, rule, by)) return at.by = rule.by.size(), answer(at);
      if (by.then == OlcBy::Then::break_off) return std::nullopt;
    }
    return Permission{};  // by * none stop
  }

  /// True: that is the end.
  bool apply(Place& at, const OlcRule& rule, const OlcBy& by) const {
    const std::uint8_t before = at.privileges;
    switch (by.how) {
      case OlcBy::How::set: at.privileges = by.privileges; break;
      case OlcBy::How::add: at.privileges |= by.privileges; break;
      case OlcBy::How::remove: at.privileges &= static_cast<std::uint8_t>(~by.privileges); break;
    }
    const bool gave = (at.privileges & privilege_) != 0 && (by.how == OlcBy::How::set || (before & privilege_) == 0);
    if (gave) {
      at.self = by.self;
      at.giver = &by;
      at.given_in = &rule;
    }
    return by.then == OlcBy::Then::stop;
  }

  [[nodiscard]] Permission answer(const Place& at) const {
    if ((at.privileges & privilege_) == 0 || at.giver == nullptr) return {};
    return {Truth::yes, at.self, what_of(*at.given_in) + " " + at.giver->text, {}};
  }

  /// "olcAccess {2}to attrs=userPassword": the rule up to its first by.
  static std::string what_of(const OlcRule& rule) { return "olcAccess " + rule.text.substr(0, rule.text.find(" by ")); }

  /// For reasons, which name no people: a rule's text may.
  static std::string number_of(const OlcRule& rule) {
    const std::size_t end = rule.text.find('}');
    return "olcAccess " + (rule.text.starts_with('{') && end != std::string::npos ? rule.text.substr(0, end + 1) : "");
  }
  static std::string open_condition(const OlcBy& by) {
    for (const OlcCondition& one : by.who) {
      if (one.kind == OlcCondition::Kind::unseen) return one.text.substr(0, one.text.find_first_of("=./,{"));
      if (one.kind == OlcCondition::Kind::dnattr) return "dnattr=" + one.text;
    }
    return "a pattern";
  }

  Permission fork(Place at, const OlcRule& rule, std::string_view why) {
    if (++at.open > kMaxOpen) return {Truth::unknown, false, {}, "too many access rules depend on what is not known"};
    Place fits = at, passes = at;
    fits.inside = true;
    leave(passes);
    return joined(from(fits), from(passes), fmt::format("{}: {}", number_of(rule), why));
  }

  Permission fork(Place at, const OlcBy& by, Held held) {
    if (++at.open > kMaxOpen) return {Truth::unknown, false, {}, "too many access rules depend on what is not known"};
    Place fits = at, passes = at;
    const OlcRule& rule = rules_[at.rule];
    ++passes.by;
    ++fits.by;
    const Permission without = from(passes);
    Permission with;
    if (apply(fits, rule, by)) {
      with = answer(fits);
    } else {
      if (by.then == OlcBy::Then::break_off) leave(fits);
      with = from(fits);
    }
    if (held.value == Truth::yes) {  // some connection will do
      if (without.value == Truth::yes) return without;
      return with.value == Truth::no ? without : with;
    }
    return joined(with, without, fmt::format("{}: {} cannot be evaluated here", number_of(rule), open_condition(by)));
  }

  static Permission joined(const Permission& a, const Permission& b, std::string why) {
    if (a.value == b.value) return a;
    if (a.value == Truth::unknown) return a;
    if (b.value == Truth::unknown) return b;
    return {Truth::unknown, false, {}, std::move(why)};
  }

  const std::vector<OlcRule>& rules_;
  const Requester& requester_;
  const Target& target_;
  std::string_view attribute_;
  OlcPrivilege privilege_;
};

template <class T>
void add_once(std::vector<T>& all, const T& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

}  // namespace

void OlcAccess::add(std::string_view value) {
  auto rule = OlcRule::parse(value);
  if (!rule && not_understood_.empty()) {
    const std::size_t end = value.find('}');
    const bool numbered = value.starts_with('{') && end < 10;
    not_understood_ =
        fmt::format("olcAccess {} cannot be read: {}", numbered ? value.substr(0, end + 1) : "", rule.error().message);
  }
  rules_.push_back(rule ? std::move(*rule) : OlcRule{});
}

Permission OlcAccess::of(const Requester& requester, const Target& target, std::string_view attribute,
                         OlcPrivilege privilege) const {
  return Walk(rules_, requester, target, attribute, privilege).run();
}

std::vector<Named> OlcAccess::named() const {
  std::vector<Named> out;
  for (const OlcRule& rule : rules_) {
    for (const OlcBy& by : rule.by) {
      for (const OlcCondition& one : by.who) {
        if (one.kind == OlcCondition::Kind::named) add_once(out, one.named);
      }
    }
  }
  return out;
}

std::vector<Named> OlcAccess::places() const {
  std::vector<Named> out;
  for (const OlcRule& rule : rules_) {
    const bool root_dse = rule.dn.by == Named::By::exact && rule.dn.text.empty();
    if (!rule.every_dn && !root_dse) add_once(out, rule.dn);
  }
  return out;
}

std::vector<std::string> OlcAccess::attributes() const {
  std::vector<std::string> out;
  for (const OlcRule& rule : rules_) {
    for (const std::string& one : rule.attributes) {
      const std::string name = one.substr(0, one.find(';'));
      if (!name.empty() && name[0] != '@' && name[0] != '!') add_once(out, name);
    }
  }
  return out;
}

std::vector<std::string> OlcAccess::naming() const {
  std::vector<std::string> out;
  for (const OlcRule& rule : rules_) {
    for (const OlcBy& by : rule.by) {
      for (const OlcCondition& one : by.who) {
        if (one.kind == OlcCondition::Kind::dnattr) add_once(out, one.text);
      }
    }
  }
  return out;
}

}  // namespace tally::directory
