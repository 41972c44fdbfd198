#include "connectors/directory/olc_rule.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

using Kind = OlcCondition::Kind;
using base::Error;
using base::ErrorKind;

/// Words as slapd cuts them: at blanks, but for those in double quotes; a backslash takes the next byte as it is.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false, begun = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && !quoted) {
      if (begun) out.push_back(std::exchange(word, {}));
      begun = false;
      continue;
    }
    begun = true;
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && i + 1 < text.size()) {
      // Within a DN an escape is the DN's own, unless it is of a quote or of another backslash.
      if (text[i + 1] != '"' && text[i + 1] != '\\') word += c;
      word += text[++i];
    } else {
      word += c;
    }
  }
  if (begun) out.push_back(std::move(word));
  return out;
}

/// "dn.exact,expand=cn=a" → name "dn", style "exact", modifier "expand", value "cn=a".
struct Part {
  std::string_view name, style, modifier;
  std::optional<std::string_view> value;
};

Part split(std::string_view word) {
  Part out;
  const std::size_t equals = word.find('=');
  std::string_view left = word.substr(0, equals);
  if (equals != std::string_view::npos) out.value = word.substr(equals + 1);
  if (const std::size_t comma = left.find(','); comma != std::string_view::npos) {
    out.modifier = left.substr(comma + 1);
    left = left.substr(0, comma);
  }
  if (const std::size_t dot = left.find('.'); dot != std::string_view::npos) {
    out.style = left.substr(dot + 1);
    left = left.substr(0, dot);
  }
  out.name = left;
  return out;
}

bool is(std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); }

/// Of "level{2}".
std::optional<int> level_of(std::string_view style) {
  if (style.size() < 8 || !is(style.substr(0, 6), "level{") || style.back() != '}') return std::nullopt;
  int level = 0;
  const auto digits = style.substr(6, style.size() - 7);
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
  if (trouble != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return level;
}

std::optional<Named> dn_named(std::string_view style, std::string_view value) {
  Named out;
  if (is(style, "regex")) return Named{Named::By::regex, std::string(value), 0};
  if (style.empty() || is(style, "exact") || is(style, "base") || is(style, "baseobject"))
    out.by = Named::By::exact;
  else if (is(style, "one") || is(style, "onelevel"))
    out.by = Named::By::one;
  else if (is(style, "sub") || is(style, "subtree"))
    out.by = Named::By::subtree;
  else if (is(style, "children"))
    out.by = Named::By::children;
  else if (const auto level = level_of(style); level && *level >= 0) {
    out.by = Named::By::level;
    out.level = *level;
  } else {
    return std::nullopt;
  }
  if (!normalise_dn(value, out.text)) return std::nullopt;
  return out;
}

/// "$1", "${d2}": filled in from the <what>; "$$" is a dollar.
bool is_expanded(std::string_view pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '$') continue;
    if (pattern[i + 1] == '{' || (pattern[i + 1] >= '0' && pattern[i + 1] <= '9')) return true;
    ++i;
  }
  return false;
}

std::string with_single_dollars(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    out += pattern[i];
    if (pattern[i] == '$' && i + 1 < pattern.size() && pattern[i + 1] == '$') ++i;
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::vector<std::string> words) : words_(std::move(words)) {}

  base::Result<OlcRule> run() {
    if (!take("to")) return wrong("\"to\"");
    while (at_ < words_.size() && !is(words_[at_], "by")) {
      if (!what(words_[at_])) return wrong("*, dn=, filter=, attrs= or val=");
      ++at_;
    }
    while (at_ < words_.size()) {
      if (!take("by")) return wrong("\"by\"");
      if (!one_by()) return wrong(expected_);
    }
    if (rule_.by.empty()) return wrong("\"by\"");
    return std::move(rule_);
  }

 private:
  bool take(std::string_view word) {
    if (at_ >= words_.size() || !is(words_[at_], word)) return false;
    ++at_;
    return true;
  }

  tl::unexpected<Error> wrong(std::string_view expected) const {
    // The word itself may name somebody: reasons do not.
    return tl::unexpected(Error{ErrorKind::malformed, at_ < words_.size()
                                                          ? fmt::format("at word {}, {} is expected", at_ + 1, expected)
                                                          : fmt::format("at the end, {} is expected", expected)});
  }

  bool what(std::string_view word) {
    if (word == "*") return true;
    const Part part = split(word);
    if (!part.value) return false;
    if (is(part.name, "dn")) {
      if (*part.value == "*" && !is(part.style, "regex")) return true;
      const auto named = dn_named(part.style, *part.value);
      if (!named) return false;
      rule_.every_dn = false;
      rule_.dn = *named;
      return true;
    }
    if (is(part.name, "filter")) {
      rule_.filter = *part.value;
      return true;
    }
    if (is(part.name, "attrs") || is(part.name, "attr")) return attributes(*part.value);
    // val[/matchingRule][.style]=…
    if (is(part.name.substr(0, part.name.find('/')), "val")) return rule_.one_value = true;
    return false;
  }

  bool attributes(std::string_view list) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (comma == 0) return false;
      rule_.attributes.emplace_back(list.substr(0, comma));
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return !rule_.attributes.empty();
  }

  bool one_by() {
    OlcBy by;
    const std::size_t begin = at_;
    while (at_ < words_.size()) {
      auto condition = who(words_[at_]);
      if (!condition) break;
      by.who.push_back(std::move(*condition));
      ++at_;
    }
    expected_ = "*, self, users, anonymous, dn=, group= or another <who> of slapd.access(5)";
    if (by.who.empty()) return false;
    expected_ = "an access such as read, a <control>, \"by\" or the end";
    if (at_ < words_.size() && access(words_[at_], by)) ++at_;
    if (take("stop"))
      by.then = OlcBy::Then::stop;
    else if (take("continue"))
      by.then = OlcBy::Then::go_on;
    else if (take("break"))
      by.then = OlcBy::Then::break_off;
    if (at_ < words_.size() && !is(words_[at_], "by")) return false;
    by.text = "by";
    for (std::size_t i = begin; i < at_; ++i) by.text += " " + words_[i];
    rule_.by.push_back(std::move(by));
    return true;
  }

  static std::optional<OlcCondition> who(std::string_view word) {
    Part part = split(word);
    OlcCondition out;
    out.text = word;
    if (word == "*") return out;
    if (part.name.size() > 4 && is(part.name.substr(0, 4), "real")) part.name.remove_prefix(4);
    if (!part.value) {
      if (is(part.name, "anonymous")) return with(out, Kind::anonymous);
      if (is(part.name, "users")) return with(out, Kind::users);
      if (is(part.name, "self")) return with(out, part.style.empty() ? Kind::self : Kind::unseen);
      return std::nullopt;
    }
    const std::string_view plain = part.name.substr(0, part.name.find('/'));
    if (is(part.name, "dn")) return dn(std::move(out), part);
    if (is(part.name, "dnattr")) {
      out.text = *part.value;
      return with(out, Kind::dnattr);
    }
    if (is(plain, "group")) return group(std::move(out), part);
    for (const std::string_view name :
         {"peername", "sockname", "domain", "sockurl", "ssf", "transport_ssf", "tls_ssf", "sasl_ssf"}) {
      if (is(part.name, name)) return with(out, Kind::connection);
    }
    if (is(plain, "set") || is(plain, "dynacl") || is(plain, "aci")) return with(out, Kind::unseen);
    return std::nullopt;
  }

  static OlcCondition with(OlcCondition of, Kind kind) {
    of.kind = kind;
    return of;
  }

  static std::optional<OlcCondition> dn(OlcCondition out, const Part& part) {
    if (*part.value == "*" && !is(part.style, "regex")) return with(out, Kind::everyone);
    const bool regex = is(part.style, "regex");
    if ((regex || is(part.modifier, "expand") || is(part.style, "expand")) && is_expanded(*part.value))
      return with(out, Kind::unseen);
    auto named =
        regex ? Named{Named::By::regex, with_single_dollars(*part.value), 0} : dn_named(part.style, *part.value);
    if (!named) return std::nullopt;
    out.named = std::move(*named);
    return with(out, Kind::named);
  }

  /// group[/class[/attribute]]: members by another attribute than these are not what was read as members.
  static std::optional<OlcCondition> group(OlcCondition out, const Part& part) {
    const std::size_t last = part.name.rfind('/');
    const std::size_t first = part.name.find('/');
    const std::string_view attribute = first == last ? "member" : part.name.substr(last + 1);
    const bool members = is(attribute, "member") || is(attribute, "uniqueMember");
    if (!members || is(part.style, "expand")) return with(out, Kind::unseen);
    if (!normalise_dn(*part.value, out.named.text)) return std::nullopt;
    out.named.by = Named::By::group;
    return with(out, Kind::named);
  }

  static bool access(std::string_view word, OlcBy& by) {
    std::string_view rest = word;
    if (rest.size() > 4 && is(rest.substr(0, 4), "real")) rest.remove_prefix(4);
    if (rest.size() > 4 && is(rest.substr(0, 4), "self")) {
      by.self = true;
      rest.remove_prefix(4);
    }
    constexpr std::uint8_t kRead = kOlcDisclose | kOlcAuth | kOlcCompare | kOlcSearch | kOlcRead;
    constexpr std::uint8_t kWrite = kRead | kOlcAdd | kOlcDelete;
    struct Level {
      std::string_view name;
      std::uint8_t privileges;
    };
    static constexpr std::array kLevels = {Level{"none", 0},
                                           Level{"disclose", 1},
                                           Level{"auth", 3},
                                           Level{"compare", 7},
                                           Level{"search", 15},
                                           Level{"read", kRead},
                                           Level{"write", kWrite},
                                           Level{"add", kRead | kOlcAdd},
                                           Level{"delete", kRead | kOlcDelete},
                                           Level{"manage", kWrite | kOlcManage}};
    for (const Level& level : kLevels) {
      if (!is(rest, level.name)) continue;
      by.how = OlcBy::How::set;
      by.privileges = level.privileges;
      return true;
    }
    return privileges(rest, by);
  }

  /// {=|+|-}{0|d|x|c|s|r|{w|a|z}|m}+
  static bool privileges(std::string_view word, OlcBy& by) {
    if (word.size() < 2) return false;
    if (word[0] != '=' && word[0] != '+' && word[0] != '-') return false;
    std::uint8_t out = 0;
    for (const char c : word.substr(1)) {
      static constexpr std::string_view kLetters = "dxcsrazm";
      const std::size_t bit = kLetters.find(static_cast<char>(c | 0x20));
      if (bit != std::string_view::npos)
        out |= static_cast<std::uint8_t>(1U << bit);
      else if (c == 'w' || c == 'W')
        out |= kOlcAdd | kOlcDelete;
      else if (c != '0')
        return false;
    }
    by.privileges = out;
    by.how = word[0] == '=' ? OlcBy::How::set : word[0] == '+' ? OlcBy::How::add : OlcBy::How::remove;
    return true;
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  OlcRule rule_;
  std::string_view expected_;
};

}  // namespace

base::Result<OlcRule> OlcRule::parse(std::string_view value) {
  if (value.size() > kMaxBytes)
    return tl::unexpected(Error{ErrorKind::malformed, fmt::format("longer than {} bytes", kMaxBytes)});
  std::string number;
  if (value.starts_with('{')) {
    const std::size_t end = value.find('}');
    if (end == std::string_view::npos)
      return tl::unexpected(Error{ErrorKind::malformed, "\"{\" without \"}\" at the beginning"});
    number = value.substr(0, end + 1);
    value.remove_prefix(end + 1);
  }
  std::vector<std::string> words = words_of(value);
  std::string text = number;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : " ") + words[i];
  auto rule = Parser(std::move(words)).run();
  if (rule) rule->text = std::move(text);
  return rule;
}

}  // namespace tally::directory
