#include "daemon/witness/logs_file.h"

#include <algorithm>

namespace tally::witness {

tl::expected<std::vector<ledger::VerifierKey>, base::Diagnostics> parse_logs_file(std::string_view text,
                                                                                  const std::string& file) {
  std::vector<ledger::VerifierKey> logs;
  base::Diagnostics wrong;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view vkey = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (vkey.empty() || vkey.starts_with('#')) continue;
    auto key = ledger::VerifierKey::parse(vkey);
    if (!key) {
      wrong.push_back({file, line, 0, key.error().message, "a log's public key, as tallystick keygen printed it"});
    } else if (key->type != ledger::KeyType::ed25519) {
      wrong.push_back({file, line, 0, "this is a witness's key (0x04), and a log's is expected (0x01)", ""});
    } else if (std::find(logs.begin(), logs.end(), *key) != logs.end()) {
      wrong.push_back({file, line, 0, "this key stands above already", ""});
    } else {
      logs.push_back(std::move(*key));
    }
  }
  if (logs.empty() && wrong.empty()) {
    wrong.push_back({file, 0, 0, "no log: a witness needs the public key of at least one", ""});
  }
  if (!wrong.empty()) return tl::unexpected(std::move(wrong));
  return logs;
}

}  // namespace tally::witness
