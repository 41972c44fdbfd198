// OpenGraph: the people of a run and their accounts in Active Directory, as a file that BloodHound takes up beside a
// collection of that directory, so that who left and still has a way to power is one query.
//
//   const Graph graph = open_graph(inputs, verdict, {.run = "run-12", .names = false});
//   write_file(path, graph.text);
//
// The form is the published one (BloodHound documentation, OpenGraph: Graph Data, Nodes, Edges, Metadata):
// {"metadata":{"source_kind":"Tallystick"},"graph":{"nodes":[…],"edges":[…]}}.
// node  TS_Person: id is made of the person's key and of nothing personal. Properties: name (the employee number, or
//       what people are called with `names`), status, left and leftat where they are known, leftunknown where not,
//       findings (identifiers of rules), run, asof.
// edge  TS_HasAccount from the person to the account, TS_AnswersFor to an account that is registered to them. The
//       account is named by its objectid, the SID; nothing about it is written. Properties: primary, confidence,
//       reason, directory, findings.
// Nothing else of HR is in it. Only whoever has an account with a SID is written. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "policy/evaluation/evaluate.h"

namespace tally::opengraph {

struct GraphOptions {
  std::string run;     ///< "run-12"
  bool names = false;  ///< write what people are called
};

struct Graph {
  std::string text;          ///< JSON, UTF-8
  std::uint64_t people = 0;  ///< nodes
  std::uint64_t edges = 0;
  std::uint64_t without_sid = 0;  ///< accounts of people that BloodHound does not know: of other kinds of directory
};

Graph open_graph(const evaluation::Inputs& inputs, const model::Verdict& verdict, const GraphOptions& options);

}  // namespace tally::opengraph
