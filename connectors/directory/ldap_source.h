// LdapSource: a live directory, read once through all stages: bind, search in pages, ranges of big groups, probes for
// what is hidden.
//
//   std::unique_ptr<connectors::Source> source = make_ldap_source(std::move(options));   // before threads start
//   model::Harvest harvest = source->collect({clock, progress});
//
// Coverage is complete only when: every page of every base came with success; nothing lies behind a referral that was
// not followed; all members of all groups are known; a second count agrees; no container shows children that are not
// shown; all canaries are there. An empty directory is "failed": empty and hidden look alike. What was read before
// trouble came is kept.
#pragma once

#include <memory>

#include "connectors/directory/options.h"
#include "connectors/source.h"

namespace tally::directory {

/// The source of that server; it connects to nothing before collect(). Prepares the process (see prepare_process), so
/// make all sources before threads start.
std::unique_ptr<connectors::Source> make_ldap_source(LdapOptions options);

}  // namespace tally::directory
