#include "connectors/directory/entry_marks.h"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

/// In the languages of those who write such things; compared without ASCII case.
constexpr std::array<std::string_view, 12> kWordsForPassword = {"password",   "passwort",     "kennwort",   "passwd",
                                                                "passphrase", "mot de passe", "wachtwoord", "contrase",
                                                                "senha",      "parola",       "pwd",        "pw"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_letter(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

/// What follows the word: the rest of it ("contraseña", "passwords"), blanks, then : = or ->, then something.
bool goes_on_with_a_value(std::string_view rest) {
  while (!rest.empty() && is_letter(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (rest.starts_with("->")) {
    rest.remove_prefix(2);
  } else if (!rest.empty() && (rest.front() == ':' || rest.front() == '=')) {
    rest.remove_prefix(1);
  } else {
    return false;
  }
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return !rest.empty();
}

struct Prefix {
  std::string_view text, scheme;
};

constexpr Prefix kSchemes[] = {
    {"ssha512", "ssha512"},
    {"ssha384", "ssha384"},
    {"ssha256", "ssha256"},
    {"ssha", "ssha"},
    {"sha512", "sha512"},
    {"sha384", "sha384"},
    {"sha256", "sha256"},
    {"sha", "sha"},
    {"smd5", "smd5"},
    {"md5", "md5"},
    {"argon2", "argon2"},
    {"pbkdf2-sha512", "pbkdf2"},
    {"pbkdf2-sha256", "pbkdf2"},
    {"pbkdf2-sha1", "pbkdf2"},
    {"pbkdf2", "pbkdf2"},
    {"pbkdf2_sha256", "pbkdf2"},
    {"bcrypt", "bcrypt"},
    {"sasl", "sasl"},
    {"cleartext", "cleartext"},
    {"clear", "cleartext"},
    {"lanman", "lanman"},
    {"nt", "nt"},
};

/// crypt(5): the first characters say which; traditional DES has none.
constexpr Prefix kCrypt[] = {
    {"$y$", "crypt-yescrypt"}, {"$gy$", "crypt-yescrypt"}, {"$7$", "crypt-scrypt"}, {"$2", "crypt-bcrypt"},
    {"$6$", "crypt-sha512"},   {"$5$", "crypt-sha256"},    {"$1$", "crypt-md5"},
};

std::string_view crypt_scheme(std::string_view rest) {
  for (const Prefix& known : kCrypt) {
    if (rest.starts_with(known.text)) return known.scheme;
  }
  return rest.starts_with("$") ? "other" : "crypt-des";
}

}  // namespace

bool looks_like_password(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  const std::string_view all(folded);
  for (const std::string_view word : kWordsForPassword) {
    for (std::size_t at = all.find(word); at != std::string_view::npos; at = all.find(word, at + 1)) {
      const bool begins = at == 0 || !is_letter(all[at - 1]);
      if (begins && goes_on_with_a_value(all.substr(at + word.size()))) return true;
    }
  }
  return false;
}

std::string_view password_scheme(std::string_view value) {
  if (!value.starts_with('{')) return "cleartext";
  const std::size_t end = value.find('}');
  if (end == std::string_view::npos) return "cleartext";
  const std::string_view name = value.substr(1, end - 1);
  if (equal_ignoring_case(name, "crypt")) return crypt_scheme(value.substr(end + 1));
  for (const Prefix& known : kSchemes) {
    if (equal_ignoring_case(name, known.text)) return known.scheme;
  }
  return "other";
}

void EntryMarks::read(Fields& fields, std::uint32_t row, bool absent_is_no) {
  model::Accounts& accounts = fields.builder().accounts();
  for (const Mark& mark : marks_) {
    const auto values = fields.entry().values(mark.attribute);
    if (values.empty()) {
      if (absent_is_no) accounts.flags_known[row] |= mark.flag;
      continue;
    }
    shown_ |= mark.flag;
    accounts.flags_known[row] |= mark.flag;
    const bool counts = mark.counts == nullptr || std::any_of(values.begin(), values.end(), mark.counts);
    if (counts) accounts.flags[row] |= mark.flag;
  }
}

void EntryMarks::finish(TableBuilder& builder) const {
  if (shown_ == 0) return;
  for (std::uint32_t& known : builder.accounts().flags_known) known |= shown_;
}

}  // namespace tally::directory
