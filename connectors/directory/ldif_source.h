// LdifSource: a directory read from an LDIF file of it (slapcat, ldapsearch, ldifde, ldbsearch), by the same profiles
// as a server.
//
//   std::unique_ptr<connectors::Source> source = make_ldif_source(options);
//   model::Harvest harvest = source->collect({clock, progress});
//
// Coverage is complete only when: every record could be read; a plain scan for lines that begin with "dn:" finds as
// many records as were read; the file does not look cut; what ldapsearch wrote about its result and count agrees; the
// entry of each base is there (an export of the whole tree has it; one made with a narrower filter is not the whole
// tree); all canaries are there; it holds an account, and accounts_at_least of them; it was not written to meanwhile;
// all member ranges are complete; and, for Active Directory, which keeps members referentially intact, no member inside
// the bases is missing. Entries outside the bases are ignored and counted in a note. Facts are judged as of
// exported_at, else as of the collection; the file's own time is a note, for copying changes it.
#pragma once

#include <memory>

#include "connectors/directory/options.h"
#include "connectors/source.h"

namespace tally::directory {

/// The source of that file; it opens nothing before collect().
std::unique_ptr<connectors::Source> make_ldif_source(LdifOptions options);

}  // namespace tally::directory
