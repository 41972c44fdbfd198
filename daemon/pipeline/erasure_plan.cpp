#include "daemon/pipeline/erasure_plan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <nlohmann/json.hpp>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/staging.h"

namespace tally::pipeline {
namespace {

using base::Result;
using nlohmann::json;

std::string path_in(const std::string& state) { return recorder::Layout(state).state() + "/erasing"; }

}  // namespace

Result<void> save(const ErasurePlan& plan, const std::string& state) {
  json out = {{"employee_id", plan.employee_id}, {"account_keys", plan.account_keys},
              {"handles", plan.handles},         {"runs", plan.runs},
              {"entries", plan.entries},         {"words", plan.words.words()},
              {"subjects", plan.what.subjects},  {"mentions", plan.what.mentions},
              {"reports", plan.what.reports},    {"basis", plan.what.basis},
              {"ticket", plan.what.ticket},      {"uid", plan.what.uid}};
  if (plan.by_class) out["by_class"] = *plan.by_class;
  const recorder::Layout layout(state);
  recorder::Staging staging(recorder::FileOperations::system(), layout.staging());
  return staging.save(path_in(state), out.dump(-1, ' ', false, json::error_handler_t::replace), 0600);
}

Result<std::optional<ErasurePlan>> load_erasure_plan(const std::string& state) {
  const std::string path = path_in(state);
  if (!recorder::exists(path)) return std::optional<ErasurePlan>();
  const auto bytes = recorder::read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  try {
    const json in = json::parse(*bytes);
    ErasurePlan plan{
        in.at("employee_id"), in.at("account_keys"), in.at("handles"), in.at("runs"), in.at("entries"), {}, {}};
    for (const json& word : in.at("words")) plan.words.add(word.get<std::string>());
    plan.what = {plan.handles,     in.at("subjects"), plan.entries.size(), in.at("mentions"), plan.runs,
                 in.at("reports"), in.at("basis"),    in.at("ticket"),     in.at("uid")};
    if (in.contains("by_class")) plan.by_class = in.at("by_class").get<std::map<std::string, std::uint64_t>>();
    return std::optional(std::move(plan));
  } catch (const std::exception& trouble) {
    return base::failure(base::ErrorKind::corrupt, fmt::format("{}: {}", path, trouble.what()));
  }
}

Result<void> wipe_erasure_plan(const std::string& state) {
  const std::string path = path_in(state);
  if (!recorder::exists(path)) return {};
  const auto bytes = recorder::read_file(path);
  const auto file = recorder::open_file(path, O_WRONLY);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!file) return tl::unexpected(file.error());
  recorder::FileOperations& files = recorder::FileOperations::system();
  int error = files.write(file->get(), std::string(bytes->size(), ' '));
  if (error == 0) error = files.sync(file->get());
  if (error == 0 && ::unlink(path.c_str()) != 0) error = errno;
  if (error != 0) return base::system_failure("wiping " + path, error);
  const auto folder = recorder::open_file(recorder::Layout(state).state(), O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  if (error = files.sync(folder->get()); error != 0) return base::system_failure("wiping " + path, error);
  return {};
}

}  // namespace tally::pipeline
