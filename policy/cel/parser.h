// The parser: tokens into a syntax tree. The grammar is CEL's (cel-spec, langdef.md, "Syntax"):
//
//   Expr           = ConditionalOr ["?" ConditionalOr ":" Expr]
//   ConditionalOr  = ConditionalAnd {"||" ConditionalAnd}
//   ConditionalAnd = Relation {"&&" Relation}
//   Relation       = Addition {("<" | "<=" | ">=" | ">" | "==" | "!=" | "in") Addition}
//   Addition       = Multiplication {("+" | "-") Multiplication}
//   Multiplication = Unary {("*" | "/" | "%") Unary}
//   Unary          = ("!" | "-") Unary | Member
//   Member         = Primary {"." NAME ["(" [Exprs] ")"] | "." FIELD | "[" Expr "]"}
//   Primary        = LITERAL | ["."] NAME ["(" [Exprs] ")"] | "(" Expr ")" | "[" [Exprs [","]] "]"
//                  | "{" [Expr ":" Expr {"," Expr ":" Expr} [","]] "}"
//
// Refused here, with a diagnostic: messages, NAME{…}. A minus before a number is part of the number, so that the
// smallest int can be written. Macros are calls here; the checker knows them.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "policy/base/diagnostic.h"
#include "policy/cel/syntax.h"

namespace tally::cel {

/// Reads one expression, which must fill `text` (limits.h: kMaximumExpressionBytes, kMaximumDepth, kMaximumNodes).
/// Reports every token that cannot be read, or the first place where the grammar is not followed.
tl::expected<Syntax, base::Diagnostics> parse(std::string_view file, std::string_view text, Position origin = {});

}  // namespace tally::cel
