// Catalog: from the settings of a source to the source. One explicit list; a new connector is a line here.
//
//   std::unique_ptr<connectors::Source> source = make_source(std::move(options));
#pragma once

#include <memory>

#include "connectors/bloodhound/options.h"
#include "connectors/directory/options.h"
#include "connectors/hr/options.h"
#include "connectors/source.h"

namespace tally::catalog {

std::unique_ptr<connectors::Source> make_source(hr::CsvOptions options);
std::unique_ptr<connectors::Source> make_source(directory::LdapOptions options);
std::unique_ptr<connectors::Source> make_source(directory::LdifOptions options);
std::unique_ptr<connectors::Source> make_source(bloodhound::Options options);

}  // namespace tally::catalog
