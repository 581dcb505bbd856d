// SPDX-License-Identifier: GPL-2.0-or-later
// What the processes that read foreign bytes answer, which may be another's by then: answers about repositories and
// packed files, and the frames they come in. Whatever comes, taking it apart ends; what was taken whole is written
// again as it was.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "archive/git_service.hpp"
#include "archive/unpack.hpp"
#include "demand.hpp"
#include "sandbox/supervisor.hpp"

namespace {

using namespace patchseek;

template <class Take>
void takes_again(std::string_view bytes, const Take& take) {
    BinaryReader from(bytes);
    using archive::put;
    const auto value = take(from);
    if (!from.whole()) return;
    std::string once, twice;
    BinaryWriter first(once), second(twice);
    put(first, value);
    BinaryReader again(once);
    put(second, take(again));
    demand(again.whole() && once == twice);
}

void read_answers(std::string_view bytes) {
    takes_again(bytes, [](BinaryReader& from) { return archive::take_error(from); });
    takes_again(bytes, [](BinaryReader& from) { return archive::take_id(from); });
    takes_again(bytes, [](BinaryReader& from) { return archive::take_optional_id(from); });
    takes_again(bytes, [](BinaryReader& from) { return archive::take_change(from); });
    takes_again(bytes, [](BinaryReader& from) { return archive::take_commit(from); });
    takes_again(bytes, [](BinaryReader& from) { return archive::take_unpacked(from); });
    BinaryReader ids(bytes), blob(bytes);
    demand(archive::take_ids(ids).size() <= bytes.size());
    if (const auto taken = archive::take_blob(blob); taken && blob.whole()) demand(taken->bytes.size() <= bytes.size());
}

void read_frames(std::string_view bytes) {
    std::array<int, 2> ends{};
    demand(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    // Less than what the socket holds.
    bytes = bytes.substr(0, 16'384);
    demand(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
    sandbox::Frame frame;
    std::size_t taken = 0;
    while (sandbox::receive_frame(ends[0], frame) == sandbox::Received::frame) {
        taken += frame.bytes.size() + 1;
        demand(taken <= bytes.size());
    }
    ::close(ends[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = as_text(data, size);
    read_answers(bytes);
    read_frames(bytes);
    return 0;
}
