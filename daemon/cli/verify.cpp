// tallystick verify: a whole log from its bytes. The program tallystick-verify does the same (daemon/verifier).
#include "daemon/cli/command.h"
#include "daemon/pipeline/clock.h"
#include "daemon/verifier/verifier.h"

namespace tally::cli {

int verify(const std::vector<std::string>& arguments, Streams& io) {
  return verifier::run("tallystick verify", arguments, pipeline::wall_clock(), io.out, io.err);
}

}  // namespace tally::cli
