// Message: a sentence with placeholders, such as a rule's message or the command that mends the trouble.
//
//   Message m = *Message::parse("{account.login} still works; {person.name} left {person.left_at}.");
//   std::string text = m.render([&](std::string_view name) { return value_of(name); });
//
//   {account.dn}             the value, without control characters
//   {account.dn|powershell}  as a literal of PowerShell, quotes included: what a stranger wrote stays a text
//   {account.dn|shell}       as one word of a POSIX shell, quotes included
//   {account.dn|ldif}        as the value part of an LDIF line (RFC 2849): ": cn=x" or ":: Y249eA=="
//   {{ and }}                braces
//
// Not a template language: no conditions, no loops.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tally::rules {

class Message {
 public:
  enum class Form { plain, powershell, shell, ldif };
  struct Mistake {
    std::size_t offset = 0;  ///< in bytes, of the placeholder's brace
    std::string sentence;
    std::string hint = {};
  };
  struct Placeholder {
    std::string_view name;
    Form form = Form::plain;
    std::size_t offset = 0;  ///< in bytes, of its brace
  };

  Message() = default;
  static tl::expected<Message, Mistake> parse(std::string_view text);

  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  /// As it was written.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// In the order of the text; views into this message.
  [[nodiscard]] std::vector<Placeholder> placeholders() const;
  /// `value_of` is asked for each placeholder's name.
  [[nodiscard]] std::string render(const std::function<std::string(std::string_view)>& value_of) const;

 private:
  struct Piece {
    std::string text;  ///< literal text, or the name of a placeholder
    bool placeholder = false;
    Form form = Form::plain;
    std::size_t offset = 0;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

/// "powershell", "shell", "ldif"; "" for plain.
std::string_view to_string(Message::Form form);

}  // namespace tally::rules
