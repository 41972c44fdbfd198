// Survey: the first pass over a collection: what each file is, by its meta, which stands at its end; and what is
// missing of a whole collection. Nothing of a file is believed before.
//
//   const auto found = survey(files, until, source);          // gaps go into source.coverage
//   for (const SurveyedFile& file : *found) if (file.meta.type == "users") …
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/bloodhound/collection_files.h"
#include "connectors/deadline.h"
#include "policy/model/source.h"

namespace tally::bloodhound {

/// Files of these types are read, in this order; others are named in a note.
inline constexpr std::array<std::string_view, 7> kTypesRead = {"gpos",   "domains",   "containers", "ous",
                                                               "groups", "computers", "users"};

struct SurveyedFile {
  std::size_t index = 0;      ///< in the CollectionFiles
  std::uint64_t objects = 0;  ///< as counted while reading
  Meta meta;
};

/// One file from its beginning to its end, until a deadline.
base::Result<ReadFile> read_file(const CollectionFiles& files, std::size_t index,
                                 const std::optional<connectors::Deadline>& until,
                                 const std::function<void(Object&)>& each);

model::Gap::Kind gap_kind(const base::Error& error);

/// Those files that can be read. Nothing (and a failed coverage) when one is of another version than 6, for then
/// nothing in it means what we think.
std::optional<std::vector<SurveyedFile>> survey(const CollectionFiles& files,
                                                const std::optional<connectors::Deadline>& until,
                                                model::SourceRecord& source);

}  // namespace tally::bloodhound
