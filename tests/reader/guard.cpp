// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <xapian.h>

#include <cerrno>
#include <functional>
#include <new>
#include <string>

#include "reader/database.hpp"

using namespace patchseek;

TEST_CASE("what Xapian throws is an error that says what to do") {
    struct Case {
        const char* name;
        std::function<void()> thrown;
        ErrorKind kind;
        const char* says;
    };
    for (const Case& c : {
             Case{"damage", [] { throw Xapian::DatabaseCorruptError("block 7"); }, ErrorKind::data,
                  "the index is damaged: block 7; patchseek-index --rebuild makes it anew"},
             Case{"a document that is not there", [] { throw Xapian::DocNotFoundError("70"); }, ErrorKind::data,
                  "the index is damaged: 70; patchseek-index --rebuild makes it anew"},
             Case{"a disk that fails", [] { throw Xapian::DatabaseError("read", EIO); }, ErrorKind::io,
                  "cannot read the index: read ("},
             Case{"no descriptors", [] { throw Xapian::DatabaseOpeningError("open", EMFILE); }, ErrorKind::resources,
                  "cannot read the index: open ("},
             Case{"no right", [] { throw Xapian::DatabaseOpeningError("open", EACCES); }, ErrorKind::permission,
                  "cannot read the index: open ("},
             Case{"an error of its own", [] { throw Xapian::InvalidArgumentError("slot"); }, ErrorKind::internal,
                  "InvalidArgumentError: slot; patchseek-index --check tells whether the index is damaged"},
             Case{"an error without a text", [] { throw Xapian::InternalError(""); }, ErrorKind::internal,
                  "patchseek-index --check tells whether the index is damaged"},
             Case{"no memory", [] { throw std::bad_alloc(); }, ErrorKind::resources, "out of memory"},
         }) {
        CAPTURE(c.name);
        const auto done = reader::guarded([&]() -> Result<Done> { return c.thrown(), Done{}; });
        REQUIRE_FALSE(done);
        CAPTURE(done.error().message);
        CHECK(done.error().kind == c.kind);
        CHECK(done.error().message.find(c.says) != std::string::npos);
    }
}
