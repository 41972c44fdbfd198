#include "policy/cel/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/base/utf8.h"
#include "policy/cel/escape.h"

namespace tally::cel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
 public:
  Lexer(std::string_view file, std::string_view text, Position origin, base::Diagnostics& diagnostics)
      : file_(file), text_(text), position_(origin), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    while (skip_space(), at_ < text_.size()) next();
    begin();
    finish(TokenKind::end);
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool looking_at(std::string_view word) const { return text_.substr(at_, word.size()) == word; }

  void advance(std::size_t bytes) {
    for (; bytes > 0 && at_ < text_.size(); --bytes, ++at_) {
      if (text_[at_] == '\n') {
        position_ = {position_.line + 1, 1};
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
        ++position_.column;  // a character counts once: at its first byte
      }
    }
  }

  void skip_space() {
    while (at_ < text_.size()) {
      if (looking_at("//")) {
        advance(std::min(text_.find('\n', at_), text_.size()) - at_);
      } else if (std::string_view(" \t\r\n\f").find(peek()) != std::string_view::npos) {
        advance(1);
      } else {
        return;
      }
    }
  }

  void begin() {
    token_ = Token{};
    token_.offset = at_;
    token_.position = position_;
  }
  void finish(TokenKind kind) {
    token_.kind = kind;
    token_.text = text_.substr(token_.offset, at_ - token_.offset);
    tokens_.push_back(std::move(token_));
  }
  void complain(Position where, std::string message, std::string hint = {}) {
    diagnostics_.push_back({std::string(file_), where.line, where.column, std::move(message), std::move(hint)});
  }

  void next() {
    begin();
    if (const std::size_t prefix = text_prefix(); prefix != std::string_view::npos) return text(prefix);
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    if (peek() == '`') return field();
    if (is_name_start(peek())) {
      while (is_name_part(peek())) advance(1);
      return finish(TokenKind::name);
    }
    symbol();
  }

  /// Characters before the opening quote (b, r, br), or npos when no text starts here.
  [[nodiscard]] std::size_t text_prefix() const {
    std::size_t length = peek() == 'b' || peek() == 'B' ? 1 : 0;
    if (peek(length) == 'r' || peek(length) == 'R') ++length;
    return peek(length) == '"' || peek(length) == '\'' ? length : std::string_view::npos;
  }

  void text(std::size_t prefix) {
    bool raw = false, bytes = false;
    for (std::size_t i = 0; i < prefix; ++i) (peek(i) == 'r' || peek(i) == 'R' ? raw : bytes) = true;
    advance(prefix);
    const std::string quote(looking_at(std::string(3, peek())) ? 3 : 1, peek());
    advance(quote.size());
    const std::size_t body_start = at_;
    while (at_ < text_.size() && !looking_at(quote) && (quote.size() == 3 || (peek() != '\n' && peek() != '\r'))) {
      advance(peek() == '\\' && !raw ? 2 : 1);  // in a raw text a backslash cannot protect a quote
    }
    if (!looking_at(quote)) return complain(token_.position, "this text does not end", "close it with " + quote);
    const std::string_view body = text_.substr(body_start, at_ - body_start);
    advance(quote.size());
    decode(body, body_start, raw, bytes ? Escapes::octets : Escapes::code_points);
    finish(bytes ? TokenKind::bytes : TokenKind::text);
  }

  void decode(std::string_view body, std::size_t body_start, bool raw, Escapes escapes) {
    if (raw) {
      token_.decoded = body;
    } else if (const auto error = unescape(body, escapes, token_.decoded)) {
      Lexer upto(file_, text_, token_.position, diagnostics_);  // the place of the escape within the text
      upto.at_ = token_.offset;
      upto.advance(body_start + error->offset - token_.offset);
      complain(upto.position_, error->message, "a backslash itself is written \\\\, or put r before the text");
    }
  }

  /// A name that is no identifier, in back quotes.
  void field() {
    const auto part = [](char c) { return is_name_part(c) || c == '.' || c == '-' || c == '/' || c == ' '; };
    advance(1);
    while (part(peek())) advance(1);
    const std::size_t start = token_.offset + 1;
    if (peek() != '`' || at_ == start) {
      return complain(token_.position,
                      "this field name does not end, or holds more than letters, digits, _ . - / and spaces",
                      "close it with `");
    }
    token_.decoded = text_.substr(start, at_ - start);
    advance(1);
    finish(TokenKind::field);
  }

  void number() {
    TokenKind kind = TokenKind::integer;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
      advance(2);
      while (is_hex(peek())) advance(1);
    } else {
      kind = decimal();
    }
    if (kind == TokenKind::integer && (peek() == 'u' || peek() == 'U')) {
      advance(1);
      kind = TokenKind::uinteger;
    }
    const std::size_t end = at_;
    while (is_name_part(peek())) advance(1);
    if (at_ != end) {
      const auto written = text_.substr(token_.offset, at_ - token_.offset);
      complain(token_.position, fmt::format("\"{}\" is not a number", written),
               fmt::format("a length of time is written duration(\"{}\")", written));
    }
    finish(kind);
  }

  TokenKind decimal() {
    TokenKind kind = TokenKind::integer;
    while (is_digit(peek())) advance(1);
    if (peek() == '.' && is_digit(peek(1))) {
      kind = TokenKind::real;
      advance(1);
      while (is_digit(peek())) advance(1);
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      kind = TokenKind::real;
      advance(1 + sign);
      while (is_digit(peek())) advance(1);
    }
    return kind;
  }

  void symbol() {
    static constexpr std::array<std::string_view, 6> kTwo{"&&", "||", "==", "!=", "<=", ">="};
    static constexpr std::string_view kOne = "!<>+-*/%?:()[]{},.";
    if (std::any_of(kTwo.begin(), kTwo.end(), [&](std::string_view two) { return looking_at(two); })) {
      advance(2);
      return finish(TokenKind::symbol);
    }
    if (kOne.find(peek()) != std::string_view::npos) {
      advance(1);
      return finish(TokenKind::symbol);
    }
    const std::size_t length = std::max<std::size_t>(base::utf8_sequence(text_.substr(at_)), 1);
    const std::string_view bad = text_.substr(at_, length);
    std::string hint;
    if (bad == "=") hint = "equality is written ==";
    if (bad == "&") hint = "\"and\" is written &&";
    if (bad == "|") hint = "\"or\" is written ||";
    complain(position_, fmt::format("\"{}\" does not belong in an expression", base::displayable(bad)), hint);
    advance(length);
  }

  std::string_view file_;
  std::string_view text_;
  std::size_t at_ = 0;
  Position position_;
  base::Diagnostics& diagnostics_;
  Token token_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view file, std::string_view text, Position origin,
                            base::Diagnostics& diagnostics) {
  return Lexer(file, text, origin, diagnostics).run();
}

bool is_identifier(std::string_view word) {
  return !word.empty() && is_name_start(word.front()) && std::all_of(word.begin(), word.end(), is_name_part);
}

bool is_keyword(std::string_view word) { return word == "true" || word == "false" || word == "null" || word == "in"; }

bool is_reserved_word(std::string_view word) {
  static constexpr std::array<std::string_view, 21> kReserved{
      "true", "false",  "null", "in",   "as",      "break",     "const",  "continue", "else", "for",  "function",
      "if",   "import", "let",  "loop", "package", "namespace", "return", "var",      "void", "while"};
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

}  // namespace tally::cel
