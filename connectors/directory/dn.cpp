#include "connectors/directory/dn.h"

#include <algorithm>
#include <array>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What a byte becomes in a plainly written DN; 0 for bytes that ask for the careful way.
constexpr std::array<char, 256> plain_bytes() {
  std::array<char, 256> table{};
  for (int i = 0x20; i < 256; ++i) table[static_cast<std::size_t>(i)] = lower(static_cast<char>(i));
  for (const char special : {'\\', '"', '+', '#', '<', '>', ';', '\x7f'}) {
    table[static_cast<unsigned char>(special)] = 0;
  }
  return table;
}
constexpr std::array<char, 256> kPlain = plain_bytes();

/// The common case in one pass: short type names, no escapes, no spaces where they mean nothing. False: use DnParser.
bool normalise_plainly(std::string_view dn, std::string& out) {
  out.resize(dn.size());
  bool in_type = true;
  std::size_t type_begin = 0;
  char before = ',';
  for (std::size_t i = 0; i < dn.size(); ++i) {
    const char c = kPlain[static_cast<unsigned char>(dn[i])];
    if (c == 0) return false;
    if (in_type) {
      if (c == '=') {
        if (i == type_begin || i - type_begin > 3) return false;  // longer names may be synonyms
        in_type = false;
      } else if (!is_letter(c)) {
        return false;
      }
    } else if (c == ',') {
      if (before == ' ' || before == '=') return false;
      in_type = true;
      type_begin = i + 1;
    } else if (c == ' ' && (before == ' ' || before == '=')) {
      return false;
    }
    out[i] = c;
    before = c;
  }
  return !in_type && before != ' ' && before != '=';
}

struct Synonym {
  std::string_view written, normal;
};
/// RFC 4514 §3 and RFC 4519: the types that have a second name.
constexpr std::array kSynonyms = {
    Synonym{"commonname", "cn"},
    Synonym{"2.5.4.3", "cn"},
    Synonym{"surname", "sn"},
    Synonym{"2.5.4.4", "sn"},
    Synonym{"countryname", "c"},
    Synonym{"2.5.4.6", "c"},
    Synonym{"localityname", "l"},
    Synonym{"2.5.4.7", "l"},
    Synonym{"stateorprovincename", "st"},
    Synonym{"2.5.4.8", "st"},
    Synonym{"streetaddress", "street"},
    Synonym{"2.5.4.9", "street"},
    Synonym{"organizationname", "o"},
    Synonym{"2.5.4.10", "o"},
    Synonym{"organizationalunitname", "ou"},
    Synonym{"2.5.4.11", "ou"},
    Synonym{"domaincomponent", "dc"},
    Synonym{"0.9.2342.19200300.100.1.25", "dc"},
    Synonym{"userid", "uid"},
    Synonym{"0.9.2342.19200300.100.1.1", "uid"},
};

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

/// Spaces at the ends and runs of spaces mean nothing to caseIgnoreMatch (RFC 4518 §2.6.1).
std::string squeezed(std::string_view value) {
  std::string out;
  for (char c : value) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += lower(c);
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void append_escaped(std::string_view value, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', kHex[byte >> 4U], kHex[byte & 15U]};
      continue;
    }
    if (std::string_view(",+\"\\<>;").find(value[i]) != std::string_view::npos || (i == 0 && value[i] == '#'))
      out += '\\';
    out += value[i];
  }
}

/// RFC 4514 §3 in full, with the quoted values of RFC 1779 that old tools still write.
class DnParser {
 public:
  explicit DnParser(std::string_view dn) : rest_(dn) {}

  bool parse(std::string& out) {
    out.clear();
    skip_spaces();
    if (rest_.empty()) return true;
    while (true) {
      if (!relative_name(out)) return false;
      if (rest_.empty()) return true;
      rest_.remove_prefix(1);  // the comma
      out += ',';
    }
  }

 private:
  void skip_spaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  bool relative_name(std::string& out) {
    std::vector<std::string> parts;
    while (true) {
      std::string part;
      if (!type(part)) return false;
      part += '=';
      if (!value(part)) return false;
      parts.push_back(std::move(part));
      skip_spaces();
      if (rest_.empty() || rest_.front() == ',') break;
      if (rest_.front() != '+') return false;
      rest_.remove_prefix(1);
    }
    std::sort(parts.begin(), parts.end());
    for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : "+") + parts[i];
    return true;
  }

  bool type(std::string& out) {
    skip_spaces();
    if (rest_.size() > 4 && equal_ignoring_case(rest_.substr(0, 4), "oid.")) rest_.remove_prefix(4);
    while (!rest_.empty() &&
           (is_letter(rest_.front()) || is_digit(rest_.front()) || rest_.front() == '-' || rest_.front() == '.')) {
      out += lower(rest_.front());
      rest_.remove_prefix(1);
    }
    skip_spaces();
    if (out.empty() || rest_.empty() || rest_.front() != '=') return false;
    rest_.remove_prefix(1);
    for (const Synonym& s : kSynonyms) {
      if (s.written == out) out = s.normal;
    }
    return true;
  }

  bool value(std::string& out) {
    skip_spaces();
    if (!rest_.empty() && rest_.front() == '#') return hex_string(out);
    const bool quoted = !rest_.empty() && rest_.front() == '"';
    if (quoted) rest_.remove_prefix(1);
    std::string bytes;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (quoted ? c == '"' : (c == ',' || c == '+')) break;
      if (!quoted && (c == '"' || c == ';' || c == '<' || c == '>')) return false;
      rest_.remove_prefix(1);
      if (c != '\\') {
        bytes += c;
      } else if (!escaped(bytes)) {
        return false;
      }
    }
    if (quoted) {
      if (rest_.empty()) return false;
      rest_.remove_prefix(1);
    }
    append_escaped(squeezed(bytes), out);
    return true;
  }

  bool escaped(std::string& bytes) {
    if (rest_.size() >= 2 && hex_digit(rest_[0]) >= 0 && hex_digit(rest_[1]) >= 0) {
      bytes += static_cast<char>(hex_digit(rest_[0]) * 16 + hex_digit(rest_[1]));
      rest_.remove_prefix(2);
      return true;
    }
    if (rest_.empty() || std::string_view(" \"#+,;<=>\\").find(rest_.front()) == std::string_view::npos) return false;
    bytes += rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool hex_string(std::string& out) {
    rest_.remove_prefix(1);
    std::size_t digits = 0;
    out += '#';
    while (!rest_.empty() && hex_digit(rest_.front()) >= 0) {
      out += lower(rest_.front());
      rest_.remove_prefix(1);
      ++digits;
    }
    return digits > 0 && digits % 2 == 0;
  }

  std::string_view rest_;
};

/// `dn` ends with ",base", and that comma is a separator. Both in normal form.
bool below(std::string_view dn, std::string_view base) {
  if (base.empty()) return true;
  if (dn.size() == base.size()) return dn == base;
  if (dn.size() < base.size() + 1 || !dn.ends_with(base)) return false;
  const std::size_t comma = dn.size() - base.size() - 1;
  if (dn[comma] != ',') return false;
  std::size_t backslashes = 0;
  while (backslashes < comma && dn[comma - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 0;
}

}  // namespace

bool normalise_dn(std::string_view dn, std::string& out) {
  return normalise_plainly(dn, out) || DnParser(dn).parse(out);
}

std::string normal_dn(std::string_view dn) {
  std::string out;
  return normalise_dn(dn, out) ? out : std::string();
}

std::string_view parent_dn(std::string_view dn) {
  bool quoted = false;
  for (std::size_t i = 0; i < dn.size(); ++i) {
    if (dn[i] == '\\') {
      ++i;
    } else if (dn[i] == '"') {
      quoted = !quoted;
    } else if (dn[i] == ',' && !quoted) {
      const std::size_t next = dn.find_first_not_of(' ', i + 1);
      return next == std::string_view::npos ? std::string_view() : dn.substr(next);
    }
  }
  return {};
}

DnScope::DnScope(const std::vector<std::string>& bases) {
  for (const std::string& base : bases) {
    std::string normal;
    if (!normalise_dn(base, normal)) continue;
    written_.push_back(base);
    normal_.push_back(std::move(normal));
  }
}

bool DnScope::contains(std::string_view dn) const {
  const bool plain = dn.find_first_of("\\\"") == std::string_view::npos;
  for (const std::string& base : written_) {  // the spelling of the server, without normalising
    if (plain && dn.size() > base.size() + 1 && dn.ends_with(base) && dn[dn.size() - base.size() - 1] == ',')
      return true;
  }
  std::string normal;
  if (!normalise_dn(dn, normal)) return false;
  return std::any_of(normal_.begin(), normal_.end(), [&](const std::string& base) { return below(normal, base); });
}

std::vector<std::string> DnScope::outermost(const std::vector<std::string>& bases) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const std::string mine = normal_dn(bases[i]);
    bool inner = false;
    for (std::size_t j = 0; j < bases.size() && !inner; ++j) {
      const std::string other = normal_dn(bases[j]);
      inner = i != j && below(mine, other) && (mine != other || j < i);
    }
    if (!inner) out.push_back(bases[i]);
  }
  return out;
}

}  // namespace tally::directory
