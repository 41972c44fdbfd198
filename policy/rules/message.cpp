#include "policy/rules/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/base/utf8.h"

namespace tally::rules {
namespace {

/// A PowerShell string in single quotes. PowerShell takes U+2018 to U+201B for single quotes too (about_Quoting_Rules,
/// and CharTraits.IsSingleQuote), so each of them is doubled like the ASCII one.
std::string powershell(std::string_view value) {
  std::string out = "'";
  for (std::size_t i = 0; i < value.size();) {
    const std::string_view curly = value.substr(i, 3);
    const bool is_curly =
        curly.size() == 3 && curly.starts_with("\xE2\x80") && curly[2] >= '\x98' && curly[2] <= '\x9B';
    const std::string_view unit = is_curly ? curly : value.substr(i, 1);
    out += unit;
    if (is_curly || unit == "'") out += unit;
    i += unit.size();
  }
  return out + "'";
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

/// RFC 2849: SAFE-STRING is ASCII without NUL, CR and LF that does not begin with a blank, ":" or "<"; and a value that
/// ends in a blank should be encoded too.
std::string ldif(std::string_view value) {
  bool safe =
      !value.empty() && value.front() != ' ' && value.front() != ':' && value.front() != '<' && value.back() != ' ';
  for (const char c : value) safe = safe && c >= 0x20 && c < 0x7F;
  return safe ? fmt::format(": {}", value) : fmt::format(":: {}", base64(value));
}

/// POSIX.1-2017, Shell Command Language 2.2.2: within single quotes every character but the single quote is itself.
std::string shell(std::string_view value) {
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

constexpr std::array<std::pair<std::string_view, Message::Form>, 3> kForms{
    {{"powershell", Message::Form::powershell}, {"shell", Message::Form::shell}, {"ldif", Message::Form::ldif}}};

std::string written(std::string_view value, Message::Form form) {
  switch (form) {
    case Message::Form::powershell: return powershell(base::displayable(value));
    case Message::Form::shell: return shell(base::displayable(value));
    case Message::Form::ldif: return ldif(value);
    case Message::Form::plain: break;
  }
  return base::displayable(value);
}

}  // namespace

tl::expected<Message, Message::Mistake> Message::parse(std::string_view text) {
  Message message;
  message.text_ = text;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) message.pieces_.push_back({std::move(literal), false, Form::plain, 0});
    literal.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (two == "{{" || two == "}}") {
      literal += text[i++];
    } else if (text[i] == '}') {
      return tl::unexpected(Mistake{i, "a \"}\" without a \"{\" before it; a brace is written twice"});
    } else if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) return tl::unexpected(Mistake{i, "this \"{\" is not closed"});
      const std::string_view inside = text.substr(i + 1, end - i - 1);
      const std::size_t bar = std::min(inside.find('|'), inside.size());
      Form form = Form::plain;
      if (bar < inside.size()) {
        const std::string_view name = inside.substr(bar + 1);
        const auto* known = std::find_if(kForms.begin(), kForms.end(), [&](const auto& f) { return f.first == name; });
        if (known == kForms.end()) {
          return tl::unexpected(
              Mistake{i, fmt::format("unknown form \"{}\"", name), "\"powershell\", \"shell\" or \"ldif\""});
        }
        form = known->second;
      }
      flush();
      message.pieces_.push_back({std::string(inside.substr(0, bar)), true, form, i});
      i = end;
    } else {
      literal += text[i];
    }
  }
  flush();
  return message;
}

std::vector<Message::Placeholder> Message::placeholders() const {
  std::vector<Placeholder> out;
  for (const Piece& piece : pieces_) {
    if (piece.placeholder) out.push_back({piece.text, piece.form, piece.offset});
  }
  return out;
}

std::string Message::render(const std::function<std::string(std::string_view)>& value_of) const {
  std::string out;
  out.reserve(text_.size() + 32);
  for (const Piece& piece : pieces_) out += piece.placeholder ? written(value_of(piece.text), piece.form) : piece.text;
  return out;
}

std::string_view to_string(Message::Form form) {
  const auto* known = std::find_if(kForms.begin(), kForms.end(), [&](const auto& f) { return f.second == form; });
  return known == kForms.end() ? std::string_view() : known->first;
}

}  // namespace tally::rules
