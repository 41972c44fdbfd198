#include "connectors/directory/aci.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

using base::Error;
using base::ErrorKind;
using Kind = AciRule::Kind;

bool is(std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); }

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// At "||", which separates values.
std::vector<std::string_view> listed(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t bar = text.find("||");
    out.push_back(trimmed(text.substr(0, bar)));
    if (bar == std::string_view::npos) return out;
    text.remove_prefix(bar + 2);
  }
}

/// "($dn)", "[$dn]", "($attr.ou)".
bool has_macro(std::string_view text) { return text.find('$') != std::string_view::npos; }

/// The normal form of a DN in which stars may stand; "" when it is none.
std::string pattern_of(std::string_view dn) { return normal_dn(dn); }

AciRule of_kind(Kind kind) {
  AciRule out;
  out.kind = kind;
  return out;
}

/// ldap:///…
AciRule who_by_url(std::string_view keyword, std::string_view url) {
  if (url.size() < 8 || !is(url.substr(0, 8), "ldap:///")) return of_kind(Kind::unseen);
  url.remove_prefix(8);
  const bool user = is(keyword, "userdn");
  if (user && is(url, "anyone")) return of_kind(Kind::anyone);
  if (user && is(url, "all")) return of_kind(Kind::signed_in);
  if (user && is(url, "self")) return of_kind(Kind::self);
  if (user && is(url, "parent")) return of_kind(Kind::parent);
  if (has_macro(url) || url.find('?') != std::string_view::npos) return of_kind(Kind::unseen);
  AciRule out = of_kind(Kind::named);
  out.named.text = pattern_of(url);
  const bool star = url.find('*') != std::string_view::npos;
  out.named.by = !user ? Named::By::group : star ? Named::By::wildcard : Named::By::exact;
  if (out.named.text.empty() || (!user && star)) out.kind = Kind::unseen;
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  base::Result<Aci> run() {
    while (true) {
      if (!take('(')) return wrong("\"(\"");
      if (word_ahead("version")) break;
      if (!target()) return wrong(expected_);
    }
    if (!version()) return wrong(expected_);
    do {
      if (!permission()) return wrong(expected_);
      blanks();
    } while (at_ < text_.size() && text_[at_] != ')');
    if (!take(')')) return wrong("\")\"");
    blanks();
    if (at_ != text_.size()) return wrong("the end");
    return std::move(aci_);
  }

 private:
  void blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() {
    blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }
  bool word_ahead(std::string_view expected) {
    const std::size_t before = at_;
    const bool same = is(word(), expected);
    at_ = before;
    return same;
  }
  bool fail(std::string_view expected) {
    expected_ = expected;
    return false;
  }
  tl::unexpected<Error> wrong(std::string_view expected) const {
    return tl::unexpected(Error{ErrorKind::malformed, fmt::format("at byte {}, {} is expected", at_, expected)});
  }

  /// "…", or up to the bracket that closes.
  std::optional<std::string_view> value() {
    blanks();
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t end = text_.find('"', at_ + 1);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view out = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      return trimmed(out);
    }
    const std::size_t end = text_.find_first_of(");", at_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view out = text_.substr(at_, end - at_);
    at_ = end;
    return trimmed(out);
  }

  /// = or !=; nothing when it is neither.
  std::optional<bool> equals() {
    blanks();
    const bool negated = take('!');
    if (at_ >= text_.size() || text_[at_] != '=') return std::nullopt;
    ++at_;
    return !negated;
  }

  bool target() {
    const std::string_view keyword = word();
    const auto equal = equals();
    if (!equal) return fail("= or !=");
    const auto given = value();
    if (!given) return fail("a value");
    if (!take(')')) return fail("\")\"");
    if (is(keyword, "target")) return target_dn(*given, *equal);
    if (is(keyword, "targetattr")) {
      aci_.has_attributes = true;
      aci_.attributes_not = !*equal;
      for (const std::string_view one : listed(*given)) aci_.attributes.emplace_back(one);
      return true;
    }
    for (const std::string_view known :
         {"targetfilter", "targattrfilters", "targetcontrol", "extop", "target_to", "target_from"}) {
      if (is(keyword, known)) return aci_.unseen_target = true;
    }
    return fail("target, targetattr, targetfilter, targattrfilters or version");
  }

  bool target_dn(std::string_view url, bool equal) {
    if (url.size() < 8 || !is(url.substr(0, 8), "ldap:///")) return fail("target = \"ldap:///…\"");
    url.remove_prefix(8);
    if (has_macro(url)) return aci_.unseen_target = true;
    aci_.target = pattern_of(url);
    aci_.target_not = !equal;
    return url.empty() || !aci_.target.empty() || fail("a DN");
  }

  bool version() {
    word();
    blanks();
    if (text_.substr(at_, 3) != "3.0") return fail("version 3.0");
    at_ += 3;
    if (!take(';')) return fail("\";\"");
    if (!is(word(), "acl")) return fail("acl \"name\"");
    const auto name = value();
    if (!name) return fail("a name");
    aci_.name = *name;
    return take(';') || fail("\";\"");
  }

  bool permission() {
    AciPermission out;
    blanks();
    const std::size_t begin = at_;
    const std::string_view kind = word();
    if (!is(kind, "allow") && !is(kind, "deny")) return fail("allow or deny");
    out.allow = is(kind, "allow");
    if (!take('(')) return fail("\"(\"");
    do {
      if (!right(word(), out)) return fail("a right such as read, write or all");
    } while (take(','));
    if (!take(')')) return fail("\")\"");
    auto who = any(0);
    if (!who) return false;
    out.who = std::move(*who);
    out.text = text_.substr(begin, at_ - begin);
    if (!take(';')) return fail("\";\"");
    aci_.permissions.push_back(std::move(out));
    return true;
  }

  static bool right(std::string_view name, AciPermission& out) {
    struct Right {
      std::string_view name;
      std::uint8_t bits;
    };
    static constexpr Right kRights[] = {{"read", 0},
                                        {"search", 0},
                                        {"compare", 0},
                                        {"import", 0},
                                        {"export", 0},
                                        {"moddn", 0},
                                        {"write", kAciWrite},
                                        {"add", kAciAdd},
                                        {"delete", kAciDelete},
                                        {"proxy", kAciProxy},
                                        {"selfwrite", kAciSelfWrite},
                                        {"all", kAciWrite | kAciAdd | kAciDelete | kAciSelfWrite}};
    for (const Right& one : kRights) {
      if (!is(name, one.name)) continue;
      out.rights |= one.bits;
      return true;
    }
    return false;
  }

  std::optional<AciRule> any(int depth) {
    auto first = all(depth);
    if (!first || !word_ahead("or")) return first;
    AciRule out = of_kind(Kind::any);
    out.parts.push_back(std::move(*first));
    while (word_ahead("or")) {
      word();
      auto next = all(depth);
      if (!next) return std::nullopt;
      out.parts.push_back(std::move(*next));
    }
    return out;
  }

  std::optional<AciRule> all(int depth) {
    auto first = one(depth);
    if (!first || !word_ahead("and")) return first;
    AciRule out = of_kind(Kind::all);
    out.parts.push_back(std::move(*first));
    while (word_ahead("and")) {
      word();
      auto next = one(depth);
      if (!next) return std::nullopt;
      out.parts.push_back(std::move(*next));
    }
    return out;
  }

  static AciRule negated(AciRule rule) {
    AciRule out = of_kind(Kind::none);
    out.parts.push_back(std::move(rule));
    return out;
  }

  std::optional<AciRule> one(int depth) {
    if (depth > Aci::kMaxDepth) return fail("fewer brackets in brackets"), std::nullopt;
    if (word_ahead("not")) {
      word();
      auto inner = one(depth + 1);
      return inner ? std::optional(negated(std::move(*inner))) : std::nullopt;
    }
    if (take('(')) {
      auto inner = any(depth + 1);
      if (inner && !take(')')) return fail("\")\""), std::nullopt;
      return inner;
    }
    return condition();
  }

  std::optional<AciRule> condition() {
    const std::string_view keyword = word();
    blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view("=!<>").find(text_[at_]) != std::string_view::npos) ++at_;
    const std::string_view op = text_.substr(begin, at_ - begin);
    if (op.empty()) return fail("= or !="), std::nullopt;
    const auto given = value();
    if (!given) return fail("a value"), std::nullopt;
    for (const std::string_view known : {"ip", "dns", "timeofday", "dayofweek", "authmethod", "ssf"}) {
      if (is(keyword, known)) return of_kind(Kind::connection);
    }
    AciRule out;
    if (is(keyword, "userdn") || is(keyword, "groupdn") || is(keyword, "roledn")) {
      out.kind = Kind::any;
      for (const std::string_view url : listed(*given)) out.parts.push_back(who_by_url(keyword, url));
    } else if (is(keyword, "userattr")) {
      const std::size_t hash = given->find('#');
      const bool plain = hash != std::string_view::npos && is(given->substr(hash + 1), "USERDN") &&
                         given->find('[') == std::string_view::npos && given->find('.') == std::string_view::npos;
      out.kind = plain ? Kind::attribute : Kind::unseen;
      out.attribute = given->substr(0, hash);
    } else {
      return fail("userdn, groupdn, roledn, userattr, ip, dns, timeofday, dayofweek, authmethod or ssf"), std::nullopt;
    }
    if (op == "=") return out;
    if (op == "!=") return negated(std::move(out));
    return fail("= or !="), std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Aci aci_;
  std::string_view expected_;
};

}  // namespace

base::Result<Aci> Aci::parse(std::string_view value) {
  if (value.size() > kMaxBytes)
    return tl::unexpected(Error{ErrorKind::malformed, fmt::format("longer than {} bytes", kMaxBytes)});
  return Parser(value).run();
}

}  // namespace tally::directory
