// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "patchseek/base/file.hpp"
#include "render/formats.hpp"
#include "render/text.hpp"

/// What a renderer writes, through a real descriptor.
template <class Write>
std::string captured(Write&& write) {
    std::string name = (std::filesystem::temp_directory_path() / "patchseek-render-XXXXXX").native();
    const patchseek::UniqueFd fd(::mkstemp(name.data()));
    ::unlink(name.c_str());
    patchseek::render::Output out(fd.get());
    write(out);
    REQUIRE(out.finish());
    const auto bytes = patchseek::read_at(fd.get(), 0, std::size_t{1} << 30, name);
    REQUIRE(bytes);
    return *bytes;
}

inline std::string rendered(const patchseek::reader::Page& page, patchseek::render::Format format,
                            const patchseek::render::Style& style = {}) {
    return captured([&](auto& out) { patchseek::render::info(format).write(page, style, out); });
}

inline std::string shown(const patchseek::reader::Hit& hit, const patchseek::render::Style& style = {}) {
    return captured([&](auto& out) { patchseek::render::write_message(hit, style, out); });
}

/// A hit with something in every field.
inline patchseek::reader::Hit sample_hit() {
    using patchseek::patch::Op;
    patchseek::reader::Hit hit;
    hit.record.id = "1@x.example";
    hit.record.subject = "[PATCH v3 2/7] mm: foo bar";
    hit.record.from = "List <l@x.example>";
    hit.record.author = "Jane Doe <jane@x.example>";
    hit.record.date = 1603705868;
    hit.record.lists = {"kvm.vger.kernel.org"};
    hit.record.kind = patchseek::store::MessageKind::patch;
    hit.record.version = 3;
    hit.record.part = 2;
    hit.record.total = 7;
    hit.record.tags = {"kvm"};
    hit.record.files = {{"arch/x86/kvm/svm.c", "", Op::modify, false, false, false, 3, 7},
                        {"fs/new.c", "fs/old.c", Op::rename, false, false, false, 15, 0},
                        {"tail.c", "", Op::modify, false, false, true, {}, {}},
                        {"logo.png", "", Op::create, true, false, false, {}, {}}};
    hit.record.trailers = {{"Reviewed-by", "A <a@b>"}};
    hit.record.archives = {"/mail/a"};
    hit.score = 12.5;
    hit.subject_marks = {{15, 17}};
    hit.snippets = {{'+', "+	if (foo)", {{6, 9}}}, {'L', "Prose of foo.", {{9, 12}}}};
    hit.lines = {{'+', "arch/x86/kvm/svm.c", 7, "+\tif (foo)", {{6, 9}}},
                 {'L', "", 2, "Prose of foo.", {}, true, true}};
    hit.why = {"Sfoo 1.5"};
    hit.text = {"Subject: a\nFrom: b\n", "Log.\n", "raw\xFF\x1B\n"};
    return hit;
}
