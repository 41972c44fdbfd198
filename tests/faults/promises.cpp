#include "tests/faults/promises.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "policy/base/digest.h"

namespace tally::faults {

using base::Result;

/// Whoever wrote before may have been killed within a line: the next one would be read as its end.
static Result<void> drop_torn_line(const std::string& path) {
  if (!recorder::exists(path)) return {};
  const auto text = recorder::read_file(path);
  if (!text) return tl::unexpected(text.error());
  std::error_code trouble;
  std::filesystem::resize_file(path, text->rfind('\n') + 1, trouble);
  if (trouble) return base::system_failure(path, trouble.value());
  return {};
}

Result<PromiseFile> PromiseFile::open(const std::string& path) {
  if (auto mended = drop_torn_line(path); !mended) return tl::unexpected(mended.error());
  auto file = recorder::open_file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (!file) return tl::unexpected(file.error());
  return PromiseFile(std::move(*file));
}

Result<void> PromiseFile::add(const std::string& lines) {
  recorder::FileOperations& files = recorder::FileOperations::system();
  int error = files.write(file_.get(), lines);
  if (error == 0) error = files.sync(file_.get());
  if (error != 0) return base::system_failure("the file of promises", error);
  return {};
}

Result<void> PromiseFile::trying(std::uint64_t first, std::uint64_t count) {
  return add(fmt::format("trying {} {}\n", first, count));
}

Result<void> PromiseFile::opened(std::uint64_t size) { return add(fmt::format("opened {}\n", size)); }

Result<void> PromiseFile::recorded(const model::Receipt& receipt) {
  std::string lines;
  for (const model::RecordedEntry& entry : receipt.entries()) {
    const Promises::Entry named = digests(entry);
    lines += fmt::format("recorded {} {} {}\n", entry.index, named.leaf, named.personal);
  }
  return add(lines);
}

Promises::Entry digests(const model::RecordedEntry& entry) {
  return {base::sha256(entry.leaf).hex(), entry.personal.empty() ? "-" : base::sha256(entry.personal).hex()};
}

Result<Promises> Promises::read(const std::string& path) {
  auto text = recorder::read_file(path);
  if (!text) return tl::unexpected(text.error());
  text->resize(text->rfind('\n') + 1);  // nothing when there is no whole line
  Promises promises;
  std::istringstream lines(*text);
  std::string what;
  std::uint64_t number = 0;
  while (lines >> what >> number) {
    if (what == "trying") {
      lines >> promises.tried;
      promises.longest = std::max(promises.longest, promises.tried);
      continue;
    }
    promises.tried = 0;
    if (what == "recorded") {
      Entry& entry = promises.entries[number];
      lines >> entry.leaf >> entry.personal;
      ++number;
    }
    if (number < promises.size) {
      return base::failure(base::ErrorKind::corrupt,
                           fmt::format("{} entries were promised, and then only {}", promises.size, number));
    }
    promises.size = number;
  }
  return promises;
}

}  // namespace tally::faults
