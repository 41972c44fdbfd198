// tallystick keygen: the key of a new log, or of a witness. The private half stays in its file, the public half goes to
// the auditors.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/recorder/key.h"

namespace tally::cli {

int keygen(const std::vector<std::string>& arguments, Streams& io) {
  Options options("keygen", "--origin NAME --output FILE");
  options.text("origin", "NAME", "name of the log for ever: a URL without scheme, such as audit.example.com/host-a")
      .text("output", "FILE", "where the private key goes; an existing file is never overwritten")
      .flag("witness", "the key of a witness instead, for tallystick-witness: NAME is then the witness's");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (!options.has("origin") || !options.has("output")) {
    fmt::print(io.err, "tallystick keygen: --origin and --output are needed\n");
    return control::kUsage;
  }
  const auto vkey =
      recorder::keygen(options.get("origin"), options.get("output"),
                       options.has("witness") ? ledger::KeyType::cosignature_v1 : ledger::KeyType::ed25519);
  if (!vkey) return fail("keygen", vkey.error(), io);
  fmt::print(io.out, "{}\n", *vkey);
  fmt::print(io.err,
             "The private key is in {}. The line above is the public key: give it to whoever verifies the log{}.\n",
             options.get("output"), options.has("witness") ? ", in their trust policy" : "");
  return control::kNothingFound;
}

}  // namespace tally::cli
