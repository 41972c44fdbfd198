#include "daemon/ledger/event_sign_off.h"

#include <fmt/format.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/event_json.h"

namespace tally::ledger {

EventText encode(const ManifestSigned& event) {
  const Json fields = {{"run", event.run},
                       {"role", model::to_string(event.role)},
                       {"manifest", event.manifest.hex()},
                       {"key", event.signature.key.fingerprint()},
                       {"signature", base64(event.signature.blob())},
                       {"uid", event.by.uid}};
  const Json personal = {{"who", json_text(event.who, kMaxNameBytes)},
                         {"login", json_text(event.by.login, kMaxNameBytes)}};
  return {std::string(entry_type::kManifestSigned), fields.dump(), personal.dump(), "officer/" + event.who};
}

std::string sign_off_statement(std::string_view origin, std::string_view run, const base::Digest& manifest,
                               std::string_view role) {
  return fmt::format("tallystick-sign-off/v1\nlog {}\nrun {}\nmanifest sha256 {}\nrole {}\n", origin, run,
                     manifest.hex(), role);
}

}  // namespace tally::ledger
