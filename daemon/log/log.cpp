#include "daemon/log/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <mutex>

namespace tally::log {
namespace {

/// Hands each formatted line to a function.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LineSink(std::function<void(const std::string&)> to) : to_(std::move(to)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    to_(fmt::to_string(line));
  }
  void flush_() override {}

  std::function<void(const std::string&)> to_;
};

/// Of sd-daemon(3), which are those of syslog(3).
int journal_priority(Severity severity) {
  constexpr std::array kPriorities = {6, 5, 4, 3, 2};
  return kPriorities[static_cast<std::size_t>(severity)];
}

std::unique_ptr<spdlog::formatter> formatter_of(Form form, const std::string& line_end) {
  const char* pattern = form == Form::journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %v";
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, line_end);
}

}  // namespace

struct Log::State {
  Form form;
  spdlog::logger logger;
};

Form form_of_stderr() {
  // systemd.exec(5): device and inode of the stream, which is not ours any more when somebody redirected it.
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return Form::plain;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream ? Form::journal : Form::plain;
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::Log(Log&&) noexcept = default;
Log::~Log() = default;

Log Log::to_stderr(Form form) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(formatter_of(form, "\n"));
  return Log(std::make_unique<State>(State{form, spdlog::logger("tallystickd", std::move(sink))}));
}

Log Log::to(Form form, std::function<void(const std::string& line)> to) {
  auto sink = std::make_shared<LineSink>(std::move(to));
  sink->set_formatter(formatter_of(form, ""));
  return Log(std::make_unique<State>(State{form, spdlog::logger("tallystickd", std::move(sink))}));
}

void Log::tell(const Message& message, std::initializer_list<std::string> values) const {
  const std::string text = in_words(message, {values.begin(), values.size()});
  const std::string line = state_->form == Form::journal
                               ? fmt::format("<{}>{} {}", journal_priority(message.severity), message.id, text)
                               : fmt::format("{} {} {}", to_string(message.severity), message.id, text);
  state_->logger.log(spdlog::level::critical, spdlog::string_view_t(line));
}

}  // namespace tally::log
