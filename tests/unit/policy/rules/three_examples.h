// Examples for packs of tests: one of each answer, of a rule about accounts that are enabled and were not used for
// long.
//
//   load_pack(head + rule + three_examples("account.kind = \"user\"\n"), "acme.toml")
#pragma once

#include <string>

namespace tally::rules {

/// `further`: facts that the rule reads beside account.enabled and account.last_sign_in, a line each.
inline std::string three_examples(const std::string& further = "") {
  const auto example = [](const std::string& name, const std::string& expect, const std::string& facts) {
    return "[[rule.example]]\nname = \"" + name + "\"\nexpect = \"" + expect + "\"\nnow = 2026-03-01T00:00:00Z\n" +
           facts;
  };
  const std::string on = "account.enabled = true\n" + further;
  return example("long ago", "violation", on + "account.last_sign_in = 2025-02-28T00:00:00Z\n") +
         example("off", "clear", "account.enabled = false\n") +
         example("nobody knows", "cannot tell", on + "account.last_sign_in = { unknown = \"not recorded\" }\n");
}

}  // namespace tally::rules
