// Number literals: what their digits stand for.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "policy/cel/lexer.h"
#include "policy/cel/value.h"

namespace tally::cel {

/// The value of a token of kind integer, uinteger or real, with a minus before it when `negative`. Fails with a
/// sentence when it is out of range.
tl::expected<Value, std::string> read_number(const Token& token, bool negative);

}  // namespace tally::cel
