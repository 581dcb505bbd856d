// SPDX-License-Identifier: GPL-2.0-or-later

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include "supervisor.hpp"

namespace patchseek::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

union Control {
    cmsghdr header;
    std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> bytes;
};

void attach(msghdr& message, Control& control, std::span<const int> descriptors) {
    control.bytes.fill('\0');
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
}

void take_descriptors(msghdr& message, Frame& frame) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
            frame.descriptors.emplace_back(fd);
        }
    }
}

constexpr auto kNever = Clock::time_point::max();

// Waits for something to read.
Received wait_for(int socket, Clock::time_point end) {
    while (end != kNever) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd one{socket, POLLIN, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (ready > 0) return Received::frame;
        if (ready == 0) return Received::late;
        if (errno != EINTR) return Received::end;
    }
    return Received::frame;
}

// Reads exactly `size` bytes; descriptors come with the first of them.
Received fill(int socket, char* to, std::size_t size, Frame& frame, Clock::time_point end) {
    Control control{};
    while (size > 0) {
        if (const auto ready = wait_for(socket, end); ready != Received::frame) return ready;
        iovec part{to, size};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return Received::end;
        take_descriptors(message, frame);
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return Received::frame;
}

}  // namespace

bool send_frame(int socket, std::string_view first, std::string_view second, std::span<const int> descriptors) {
    std::uint64_t size = first.size() + second.size();
    if (size > kLongestFrame || descriptors.size() > kMostDescriptors) return false;
    std::array<iovec, 3> parts{{{&size, sizeof size},
                                {const_cast<char*>(first.data()), first.size()},
                                {const_cast<char*>(second.data()), second.size()}}};
    msghdr message{};
    Control control;
    if (!descriptors.empty()) attach(message, control, descriptors);
    for (std::size_t part = 0; part < parts.size();) {
        message.msg_iov = &parts[part];
        message.msg_iovlen = parts.size() - part;
        ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        message.msg_control = nullptr;
        message.msg_controllen = 0;
        for (; part < parts.size() && static_cast<std::size_t>(sent) >= parts[part].iov_len; ++part)
            sent -= static_cast<ssize_t>(parts[part].iov_len);
        if (part == parts.size()) break;
        parts[part].iov_base = static_cast<char*>(parts[part].iov_base) + sent;
        parts[part].iov_len -= static_cast<std::size_t>(sent);
    }
    return true;
}

Received receive_frame(int socket, Frame& frame, std::optional<std::chrono::seconds> most) {
    std::uint64_t size = 0;
    const auto end = most ? Clock::now() + *most : kNever;
    const auto got = fill(socket, reinterpret_cast<char*>(&size), sizeof size, frame, end);
    if (got != Received::frame) return got;
    if (size > kLongestFrame) return Received::end;
    // The size is what the other end says: memory is taken as bytes come.
    constexpr std::size_t kStep = std::size_t{1} << 20;
    frame.bytes.clear();
    while (frame.bytes.size() < size) {
        const auto begin = frame.bytes.size();
        frame.bytes.resize(std::min<std::size_t>(size, begin + std::max(begin, kStep)));
        const auto some = fill(socket, frame.bytes.data() + begin, frame.bytes.size() - begin, frame, end);
        if (some != Received::frame) return some;
    }
    return Received::frame;
}

}  // namespace patchseek::sandbox
