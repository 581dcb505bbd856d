#pragma once

#include <string>

#include "options.hpp"

/// One function for each Options::Action: it does what was asked, writes the answer to standard output and what a
/// person should know to standard error, and returns the exit code.
namespace patchseek {

int run_search(const Options& options);
int run_show(const Options& options);
int run_versions(const Options& options);
/// Answers each line of standard input by one line. Blank lines are left out. The exit code is that of the worst: an
/// error, something not found in time, all that was asked found nothing; else 0.
int run_batch(const Options& options);
/// Of --help and --version: writes a text.
int run_print(const std::string& text);

/// Writes a line for a person to standard error.
void say(const std::string& text);
/// Says what went wrong; returns its exit code.
int fail(const Error& error);

}  // namespace patchseek
