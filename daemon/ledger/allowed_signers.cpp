#include "daemon/ledger/allowed_signers.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/base64.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

tl::unexpected<base::Error> bad(std::string why) { return failure(ErrorKind::malformed, std::move(why)); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// What stands between blanks, where those in quotation marks do not count. Nothing when a quotation does not end.
std::optional<std::vector<std::string>> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool is_quoted = false, is_new = true;
  for (const char c : line) {
    if (c == '"') is_quoted = !is_quoted;
    if (!is_quoted && is_blank(c)) {
      is_new = true;
      continue;
    }
    if (is_new) words.emplace_back();
    is_new = false;
    words.back() += c;
  }
  if (is_quoted) return std::nullopt;
  return words;
}

/// "YYYYMMDDZ", "YYYYMMDDHHMMZ", "YYYYMMDDHHMMSSZ": UTC, so that it means one moment on every machine.
std::optional<base::Instant> moment_of(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
  const std::string digits = std::string(text) + std::string(14 - text.size(), '0');
  const auto part = [&](std::size_t at, std::size_t length) { return digits.substr(at, length); };
  return base::parse_instant(
      fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2)));
}

struct Options {
  std::vector<std::string> name_spaces;
  std::optional<base::Instant> from, until;
};

/// `name="value"`; the value without its quotation marks.
Result<void> take_option(std::string_view name, std::string_view value, Options& options) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
    return bad(fmt::format("the option {} has no value in quotation marks", base::displayable(name)));
  }
  value = value.substr(1, value.size() - 2);
  if (name == "namespaces") {
    for (std::size_t comma = 0; comma != std::string_view::npos;
         value.remove_prefix(std::min(comma + 1, value.size()))) {
      comma = value.find(',');
      options.name_spaces.emplace_back(value.substr(0, comma));
      if (options.name_spaces.back().find_first_of("*?!") != std::string::npos) return bad("a namespace is a pattern");
      if (comma == std::string_view::npos) break;
    }
    return {};
  }
  const auto moment = moment_of(value);
  if (name != "valid-after" && name != "valid-before") {
    return bad(
        fmt::format("the option {} is not one of namespaces, valid-after, valid-before", base::displayable(name)));
  }
  if (!moment) {
    return bad(fmt::format("{} is \"{}\": a time like \"20261231Z\" or \"202612312359Z\" is expected, in UTC", name,
                           base::displayable(value)));
  }
  (name == "valid-after" ? options.from : options.until) = *moment;
  return {};
}

/// Options stand with commas between them, outside of quotation marks.
Result<Options> options_of(std::string_view text) {
  Options options;
  while (!text.empty()) {
    bool is_quoted = false;
    std::size_t end = 0;
    for (; end < text.size() && (is_quoted || text[end] != ','); ++end) {
      if (text[end] == '"') is_quoted = !is_quoted;
    }
    const std::string_view one = text.substr(0, end);
    const std::size_t equals = std::min(one.find('='), one.size());
    auto taken = take_option(one.substr(0, equals), one.substr(std::min(equals + 1, one.size())), options);
    if (!taken) return tl::unexpected(taken.error());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return options;
}

bool is_key_type(std::string_view word) {
  return word.starts_with("ssh-") || word.starts_with("ecdsa-") || word.starts_with("sk-") || word.starts_with("rsa-");
}

}  // namespace

Result<std::optional<AllowedSigners::Line>> AllowedSigners::parse_line(std::string_view line) {
  auto words = words_of(line);
  if (!words) return bad("a quotation mark is missing");
  if (words->empty() || words->front().starts_with('#')) return std::optional<Line>();
  Line out;
  out.who = words->front();
  if (out.who.find_first_of("*?!,\"") != std::string::npos) {
    return bad(fmt::format("\"{}\" is a pattern or a list: a line names one person", base::displayable(out.who)));
  }
  std::size_t next = 1;
  if (words->size() > next && !is_key_type((*words)[next])) {
    auto options = options_of((*words)[next++]);
    if (!options) return tl::unexpected(options.error());
    out.name_spaces = std::move(options->name_spaces);
    out.from = options->from;
    out.until = options->until;
  }
  if (words->size() < next + 2 || !is_key_type((*words)[next])) {
    return bad("expected are a person, perhaps options with commas between them, a key type and a key");
  }
  if ((*words)[next] != "ssh-ed25519") return std::optional<Line>();
  const auto blob = parse_base64((*words)[next + 1]);
  if (!blob) return bad("the key is not base64");
  const auto key = SshKey::from_blob(*blob);
  if (!key) return bad(key.error().message);
  out.key = *key;
  return std::optional(std::move(out));
}

Result<AllowedSigners> AllowedSigners::parse(std::string_view text) {
  if (text.size() > kMaxAllowedSignersBytes) return failure(ErrorKind::limit, "more than 1 MiB of allowed signers");
  AllowedSigners signers;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto line = parse_line(text.substr(0, end));
    if (!line) return bad(fmt::format("line {}: {}", number, line.error().message));
    if (*line) signers.lines_.push_back(std::move(**line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return signers;
}

Result<std::string> AllowedSigners::signer(const SshKey& key, std::string_view name_space, base::Instant now) const {
  std::optional<std::string> who;
  for (const Line& line : lines_) {
    const bool is_for = line.name_spaces.empty() || std::find(line.name_spaces.begin(), line.name_spaces.end(),
                                                              name_space) != line.name_spaces.end();
    const bool is_valid = (!line.from || *line.from <= now) && (!line.until || now < *line.until);
    if (!(line.key == key) || !is_for || !is_valid) continue;
    if (who && *who != line.who) {
      return failure(ErrorKind::conflict, fmt::format("the key {} is given to two: {} and {}", key.fingerprint(),
                                                      base::displayable(*who), base::displayable(line.who)));
    }
    who = line.who;
  }
  if (who) return *who;
  return failure(ErrorKind::denied, fmt::format("nobody among the allowed signers has the key {} for \"{}\" today",
                                                key.fingerprint(), name_space));
}

}  // namespace tally::ledger
