// Answer: what a witness says to one request: an HTTP status, a type and a body (C2SP tlog-witness).
#pragma once

#include <string>

namespace tally::witness {

struct Answer {
  int status = 200;
  std::string body = {};
  std::string type = "text/plain; charset=utf-8";
};

}  // namespace tally::witness
