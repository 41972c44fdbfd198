#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <thread>

namespace tally::support {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How often a running program is looked at: short beside any deadline, long beside the cost of a look.
constexpr milliseconds kPollInterval{5};

/// Everything the child needs, laid out before fork: after it only async-signal-safe calls are allowed (fork(2)).
struct Image {
  std::vector<char*> argv;
  std::vector<std::string> variables;
  std::vector<char*> environment;
};

Image prepare(const Command& command) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) merged[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : command.environment) merged[name] = value;
  Image image;
  for (const auto& [name, value] : merged) image.variables.push_back(name + "=" + value);
  for (std::string& variable : image.variables) image.environment.push_back(variable.data());
  image.environment.push_back(nullptr);
  for (const std::string& word : command.argv) image.argv.push_back(const_cast<char*>(word.c_str()));
  image.argv.push_back(nullptr);
  return image;
}

/// An unnamed file in memory: nothing to clean up, no pipe that could fill and stall the program.
int memory_file(const char* name) { return memfd_create(name, MFD_CLOEXEC); }

std::string contents(int file) {
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) return {};
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t got = pread(file, text.data(), text.size(), 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

int input_file(const std::string& input) {
  if (input.empty()) return open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int file = memory_file("stdin");
  if (file >= 0 && pwrite(file, input.data(), input.size(), 0) != static_cast<ssize_t>(input.size())) {
    close(file);
    return -1;
  }
  return file;
}

/// In the child: wires it up and becomes the program; on failure sends errno through `report`.
[[noreturn]] void become(const Image& image, const char* directory, int in, int out, int err, int report) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool wired = dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0;
  if (wired && (*directory == '\0' || chdir(directory) == 0)) {
    execvpe(image.argv.front(), image.argv.data(), image.environment.data());
  }
  const int reason = errno;
  [[maybe_unused]] const ssize_t sent = write(report, &reason, sizeof reason);
  _exit(127);
}

/// 0 when exec succeeded (the close-on-exec end of the pipe closed unwritten), else its errno.
int exec_failure(int report) {
  int reason = 0;
  return read(report, &reason, sizeof reason) == static_cast<ssize_t>(sizeof reason) ? reason : 0;
}

}  // namespace

Result<Process> Process::start(const Command& command) {
  const Image image = prepare(command);
  const std::string directory = command.directory.string();
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return base::system_failure("pipe2", errno);
  Process process;
  process.name_ = command.argv.front();
  process.out_ = memory_file("stdout");
  process.err_ = memory_file("stderr");
  process.started_ = steady_clock::now();
  const int in = input_file(command.input);
  process.pid_ = in < 0 || process.out_ < 0 || process.err_ < 0 ? -1 : fork();
  if (process.pid_ == 0) become(image, directory.c_str(), in, process.out_, process.err_, report[1]);
  int reason = process.pid_ < 0 ? errno : 0;
  close(report[1]);
  close(in);
  if (process.pid_ > 0) reason = exec_failure(report[0]);
  close(report[0]);
  process.ended_ = process.pid_ < 0;
  if (reason == 0) return process;
  if (process.pid_ > 0) process.ended_within(kGrace);
  return base::system_failure(fmt::format("running {}", process.name_), reason);
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(pid_, other.pid_);
  std::swap(out_, other.out_);
  std::swap(err_, other.err_);
  std::swap(ended_, other.ended_);
  std::swap(exit_code_, other.exit_code_);
  std::swap(started_, other.started_);
  return *this;
}

Process::~Process() {
  stop();
  close_files();
}

void Process::close_files() {
  for (const int file : {out_, err_}) {
    if (file >= 0) close(file);
  }
}

bool Process::running() { return !ended_within(milliseconds{0}); }
std::string Process::out() const { return contents(out_); }
std::string Process::err() const { return contents(err_); }

void Process::signal(int number) {
  if (running()) kill(pid_, number);
}

bool Process::ended_within(milliseconds deadline) {
  const auto until = steady_clock::now() + deadline;
  while (!ended_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_ || (ended < 0 && errno == ECHILD)) {
      ended_ = true;
      exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (steady_clock::now() >= until) {
      return false;
    } else {
      std::this_thread::sleep_for(kPollInterval);
    }
  }
  return true;
}

Result<Outcome> Process::wait(milliseconds deadline) {
  if (!ended_within(deadline)) {
    return failure(ErrorKind::timed_out, fmt::format("{} still runs after {} ms; it wrote:\n{}{}", name_,
                                                     deadline.count(), last_lines(out()), last_lines(err())));
  }
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - started_);
  return Outcome{exit_code_, out(), err(), took};
}

void Process::stop() {
  if (ended_) return;
  signal(SIGTERM);
  if (ended_within(kGrace)) return;
  signal(SIGKILL);
  ended_within(kGrace);
}

Result<Outcome> run_command(const Command& command, milliseconds deadline) {
  Result<Process> process = Process::start(command);
  if (!process) return tl::unexpected(process.error());
  Result<Outcome> outcome = process->wait(deadline);
  if (!outcome) process->signal(SIGKILL);
  return outcome;
}

Result<std::string> run_successfully(const Command& command, milliseconds deadline) {
  Result<Outcome> outcome = run_command(command, deadline);
  if (!outcome) return tl::unexpected(outcome.error());
  if (outcome->exit_code == 0) return outcome->out;
  std::string line;
  for (const std::string& word : command.argv) line += (line.empty() ? "" : " ") + word;
  return failure(ErrorKind::io, fmt::format("`{}` ended with exit code {}:\n{}{}", line, outcome->exit_code,
                                            last_lines(outcome->out), last_lines(outcome->err)));
}

std::string program(const std::string& name) { return std::string(TALLY_PROGRAM_DIR) + "/" + name; }

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t begin = text.size();
  if (begin > 0 && text[begin - 1] == '\n') --begin;
  for (std::size_t lines = 0; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && ++lines == count) break;
  }
  std::string out;
  for (std::size_t at = begin; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += "    " + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace tally::support
