// Asking a kept run again: the same snapshot, with the rules that it had or with others.
//
//   const evaluation::Evaluated again = ask_again(kept, rules, settings);
//   if (again.verdict.digest.hex() == recorded) …       // the same verdict, on whatever machine
#pragma once

#include "daemon/archive/run_archive.h"
#include "policy/correlation/correlation.h"
#include "policy/evaluation/evaluate.h"
#include "policy/rules/rule_set.h"

namespace tally::pipeline {

/// Correlates, follows access and evaluates as an audit does. Pure.
evaluation::Evaluated ask_again(const archive::KeptRun& kept, const rules::RuleSet& rules,
                                const correlation::Settings& settings);

}  // namespace tally::pipeline
