// VERIFY.txt: how somebody checks a pack with stock tools alone: a shell, OpenSSL, Python, sha256sum, ssh-keygen. Its
// commands are the indented lines; together they are one shell script, run in the pack's folder.
//
//   folder.add("VERIFY.txt", "…", instructions({.run = "run-7", .is_sampled = true}));
#pragma once

#include <string>

namespace tally::evidence {

/// What the pack has, which decides the steps there are.
struct InstructionsFor {
  std::string run;
  std::string epoch, timestamp;  ///< paths in the pack; empty: not there
  bool has_certificate = false, has_epoch_keys = false, is_witnessed = false, has_policy = false, is_sampled = false;
};

std::string instructions(const InstructionsFor& pack);

}  // namespace tally::evidence
