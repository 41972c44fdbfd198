// Certificates: a CA of a test's own and what it signs, also what no CA should sign: expired, for another name, for
// another use.
//
//   Certificates ca;
//   Certificates::Files late = ca.issue({.valid_from = -10 days, .valid_until = -1 day});
//
// P-256 keys, PEM files in a folder that goes with the object. Throws std::runtime_error when OpenSSL fails.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/support/work_folder.h"

namespace tally::support {

struct Issue {
  std::string common_name = "server";
  std::string names = "IP:127.0.0.1";                  ///< subjectAltName as OpenSSL writes it; "": none
  std::chrono::hours valid_from{-24};                  ///< counted from now
  std::chrono::hours valid_until{24};                  ///< counted from now
  std::string usage = "serverAuth";                    ///< extendedKeyUsage; "": none
  std::string key_usage = "digitalSignature";          ///< "": none
  enum class By { ca, other_ca, itself } by = By::ca;  ///< other_ca: same name as the CA, another key
};

class Certificates {
 public:
  struct Files {
    std::filesystem::path certificate, key;
  };

  Certificates();
  [[nodiscard]] std::filesystem::path ca_file() const { return folder_.path() / "ca.crt"; }
  Files issue(const Issue& wanted);

 private:
  WorkFolder folder_;
  int issued_ = 0;
};

}  // namespace tally::support
