#include "daemon/ledger/trust_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "daemon/ledger/lines.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using Words = std::vector<std::string_view>;

std::string quoted(std::string_view text) { return '"' + base::displayable(text.substr(0, 80)) + '"'; }

Words split(std::string_view line) {
  Words words;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

/// "https://host[:port][/path]" or http, in plain ASCII: what can be asked without a password and without a query.
bool is_service_url(std::string_view url) {
  constexpr std::size_t kMaxUrlBytes = 2000;
  if (url.size() > kMaxUrlBytes || url.find_first_of("@?#\\\"<>") != std::string_view::npos) return false;
  if (std::any_of(url.begin(), url.end(), [](char c) { return c <= 0x20 || c >= 0x7f; })) return false;
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return false;
  url = url.substr(scheme, url.find('/', scheme) - scheme);
  const std::size_t bracket = url.starts_with('[') ? url.find(']') : 0;  // an IPv6 address holds colons
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = url.find(':', bracket);
  if (colon == 0 || url.empty()) return false;
  if (colon == std::string_view::npos) return true;
  const auto port = parse_decimal(url.substr(colon + 1));
  return port && *port >= 1 && *port <= 65535;
}

}  // namespace

/// Reads one file from the top. Every function gives what is wrong with its line, or nothing.
class TrustPolicyReader {
 public:
  explicit TrustPolicyReader(std::string file) : file_(std::move(file)) {}
  tl::expected<TrustPolicy, base::Diagnostics> read(std::string_view text);

 private:
  using Trouble = std::optional<base::Diagnostic>;

  void read_line(std::string_view line);
  Trouble read_words(const Words& words);
  Trouble read_log(const Words& words);
  Trouble read_witness(const Words& words);
  Trouble read_group(const Words& words);
  Trouble read_quorum(const Words& words);
  Trouble define(std::string_view name);
  Trouble find(std::string_view name, std::optional<std::size_t>& found) const;
  Trouble take_key(std::string_view vkey, KeyType type, VerifierKey& key);
  [[nodiscard]] Trouble take_url(const Words& words, std::size_t at, std::string& url) const;
  [[nodiscard]] base::Diagnostic wrong(std::string message, std::string hint = "") const {
    return {file_, line_, 0, std::move(message), std::move(hint)};
  }

  std::string file_;
  int line_ = 0;
  TrustPolicy policy_;
  base::Diagnostics diagnostics_;
  struct Name {
    int line;
    std::optional<std::size_t> member;  ///< nothing when its line is wrong: what uses it is not wrong for that
    int used_on_line = 0;
  };
  std::map<std::string, Name, std::less<>> names_;
  std::map<PublicKey, int> keys_;
  int quorum_line_ = 0;
};

tl::expected<TrustPolicy, base::Diagnostics> TrustPolicy::parse(std::string_view text, const std::string& file) {
  return TrustPolicyReader(file).read(text);
}

tl::expected<TrustPolicy, base::Diagnostics> TrustPolicyReader::read(std::string_view text) {
  if (text.size() > kMaxPolicyBytes) {
    return tl::unexpected(base::Diagnostics{
        wrong(fmt::format("the policy has {} bytes; at most {} are read", text.size(), kMaxPolicyBytes),
              "is this the file?")});
  }
  while (!text.empty()) {
    ++line_;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      diagnostics_.push_back(wrong("the last line does not end with a line feed", "is the file whole?"));
      break;
    }
    read_line(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  line_ = 0;
  if (quorum_line_ == 0 && diagnostics_.empty()) {
    diagnostics_.push_back(wrong("no quorum line", "\"quorum NAME\" of a witness or group, or \"quorum none\""));
  }
  if (!diagnostics_.empty()) return tl::unexpected(std::move(diagnostics_));
  return std::move(policy_);
}

void TrustPolicyReader::read_line(std::string_view line) {
  Trouble trouble;
  if (std::any_of(line.begin(), line.end(), [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; })) {
    trouble = wrong("a control character", "lines end with a line feed alone; between words stand spaces or tabs");
  } else if (const Words words = split(line); !words.empty() && !words[0].starts_with('#')) {
    trouble = read_words(words);
  }
  if (trouble) diagnostics_.push_back(std::move(*trouble));
}

TrustPolicyReader::Trouble TrustPolicyReader::read_words(const Words& words) {
  if (words[0] == "log") return read_log(words);
  if (words[0] == "witness") return read_witness(words);
  if (words[0] == "group") return read_group(words);
  if (words[0] == "quorum") return read_quorum(words);
  const std::string_view near = base::nearest_word(words[0], {"log", "witness", "group", "quorum"});
  return wrong(fmt::format("{} begins no line of a policy", quoted(words[0])),
               near.empty() ? "log, witness, group or quorum" : fmt::format("did you mean \"{}\"?", near));
}

TrustPolicyReader::Trouble TrustPolicyReader::read_log(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return wrong("expected: log VKEY [URL]");
  if (policy_.logs_.size() == kMaxPolicyNames) return wrong(fmt::format("more than {} logs", kMaxPolicyNames));
  TrustPolicy::Log log;
  if (auto trouble = take_key(words[1], KeyType::ed25519, log.key)) return trouble;
  if (auto trouble = take_url(words, 2, log.url)) return trouble;
  policy_.logs_.push_back(std::move(log));
  return std::nullopt;
}

TrustPolicyReader::Trouble TrustPolicyReader::read_witness(const Words& words) {
  if (words.size() < 3 || words.size() > 4) return wrong("expected: witness NAME VKEY [URL]");
  if (auto trouble = define(words[1])) return trouble;
  if (policy_.witnesses_.size() == kMaxPolicyNames)
    return wrong(fmt::format("more than {} witnesses", kMaxPolicyNames));
  TrustPolicy::Witness witness{std::string(words[1]), {}, {}};
  if (auto trouble = take_key(words[2], KeyType::cosignature_v1, witness.key)) return trouble;
  if (auto trouble = take_url(words, 3, witness.url)) return trouble;
  names_.find(words[1])->second.member = policy_.members_.size();
  policy_.members_.push_back({policy_.witnesses_.size()});
  policy_.witnesses_.push_back(std::move(witness));
  return std::nullopt;
}

TrustPolicyReader::Trouble TrustPolicyReader::read_group(const Words& words) {
  if (words.size() < 4) return wrong("expected: group NAME all|any|COUNT MEMBER...");
  // The members first: the group's own name is not defined above its line.
  TrustPolicy::Member group;
  bool known = true;
  for (std::size_t i = 3; i < words.size(); ++i) {
    std::optional<std::size_t> member;
    if (words[i] == "none") return wrong("\"none\" can be the quorum, but not a member of a group");
    if (auto trouble = find(words[i], member)) return trouble;
    Name& name = names_.find(words[i])->second;
    if (name.used_on_line != 0) {
      return wrong(fmt::format("{} is in a group already, on line {}", quoted(words[i]), name.used_on_line),
                   "each witness counts once");
    }
    name.used_on_line = line_;
    known = known && member;
    group.members.push_back(member.value_or(0));
  }
  if (auto trouble = define(words[1])) return trouble;
  const std::size_t size = group.members.size();
  const auto count = words[2] == "all" ? size : words[2] == "any" ? 1 : parse_decimal(words[2]);
  if (!count || *count < 1 || *count > size) {
    return wrong(fmt::format("{} of {} members", quoted(words[2]), size),
                 fmt::format("all, any, or a number from 1 to {}", size));
  }
  if (policy_.members_.size() - policy_.witnesses_.size() == kMaxPolicyNames) {
    return wrong(fmt::format("more than {} groups", kMaxPolicyNames));
  }
  group.needed = *count;
  if (known) {  // else a member's line is wrong, and said so
    names_.find(words[1])->second.member = policy_.members_.size();
    policy_.members_.push_back(std::move(group));
  }
  return std::nullopt;
}

TrustPolicyReader::Trouble TrustPolicyReader::read_quorum(const Words& words) {
  if (words.size() != 2) return wrong("expected: quorum NAME, of a witness or group, or quorum none");
  if (quorum_line_ != 0) return wrong(fmt::format("a second quorum line: the first is line {}", quorum_line_));
  quorum_line_ = line_;
  if (words[1] == "none") return std::nullopt;
  return find(words[1], policy_.quorum_);
}

/// A name is defined even when the rest of its line is wrong, so that one mistake is one diagnostic.
TrustPolicyReader::Trouble TrustPolicyReader::define(std::string_view name) {
  if (name == "none") return wrong("\"none\" cannot be a name", "it means that no witness is needed");
  const auto [before, is_new] = names_.insert({std::string(name), {line_, {}}});
  if (is_new) return std::nullopt;
  return wrong(fmt::format("{} is defined already, on line {}", quoted(name), before->second.line));
}

TrustPolicyReader::Trouble TrustPolicyReader::find(std::string_view name, std::optional<std::size_t>& found) const {
  const auto known = names_.find(name);
  if (known != names_.end()) {
    found = known->second.member;
    return std::nullopt;
  }
  std::vector<std::string_view> candidates;
  for (const auto& [other, place] : names_) candidates.push_back(other);
  const std::string_view near = base::nearest_word(name, candidates);
  return wrong(fmt::format("no witness or group {} is defined above this line", quoted(name)),
               near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", base::displayable(near)));
}

TrustPolicyReader::Trouble TrustPolicyReader::take_key(std::string_view vkey, KeyType type, VerifierKey& key) {
  auto parsed = VerifierKey::parse(vkey);
  if (!parsed) return wrong(parsed.error().message);
  if (parsed->type != type) {
    return type == KeyType::ed25519 ? wrong("this is a witness's key (0x04), and a log's is expected (0x01)")
                                    : wrong("this is a log's key (0x01), and a witness's is expected (0x04)");
  }
  const auto [before, is_new] = keys_.insert({parsed->bytes, line_});
  if (!is_new) return wrong(fmt::format("the same public key as on line {}", before->second), "a key counts once");
  key = std::move(*parsed);
  return std::nullopt;
}

TrustPolicyReader::Trouble TrustPolicyReader::take_url(const Words& words, std::size_t at, std::string& url) const {
  if (words.size() <= at) return std::nullopt;
  if (!is_service_url(words[at])) {
    return wrong(fmt::format("{} is no URL of a service", quoted(words[at])),
                 "https://HOST[:PORT][/PATH], or http:// where the way is protected otherwise; no user, '?' or '#'");
  }
  url = words[at];
  while (url.ends_with('/')) url.pop_back();
  return std::nullopt;
}

std::vector<VerifierKey> TrustPolicy::witness_keys() const {
  std::vector<VerifierKey> keys;
  for (const Witness& witness : witnesses_) keys.push_back(witness.key);
  return keys;
}

bool TrustPolicy::allows_log(const VerifierKey& key) const {
  return logs_.empty() || std::any_of(logs_.begin(), logs_.end(), [&](const Log& log) { return log.key == key; });
}

std::optional<std::uint64_t> TrustPolicy::witness_time(std::span<const Signer> signers) const {
  if (!quorum_) return std::nullopt;
  // Of each member; "not at all" is before every time. A group's is the needed-th newest of its members' times.
  std::vector<std::optional<std::uint64_t>> times;
  for (const Member& member : members_) {
    std::vector<std::optional<std::uint64_t>> candidates;
    for (const std::size_t below : member.members) candidates.push_back(times[below]);
    if (member.witness) {
      const VerifierKey& key = witnesses_[*member.witness].key;
      const auto signer = std::find_if(signers.begin(), signers.end(), [&](const Signer& s) { return s.key == key; });
      candidates.push_back(signer == signers.end() ? std::nullopt : signer->timestamp);
    }
    std::sort(candidates.begin(), candidates.end(), std::greater<>());
    times.push_back(candidates[member.needed - 1]);
  }
  return times[*quorum_];
}

}  // namespace tally::ledger
