#pragma once

#include "relations/versions.hpp"
#include "render.hpp"

namespace patchseek::render {

/// Whether `--versions` and `--since-version` can be written so: text, jsonl, json.
bool lists(Format format);

/// One line for each version, the newest marked with a star; or one object.
Result<Done> render_versions(const std::vector<relations::Version>& versions, Format format, const Style& style,
                             Output& out);

/// One line for each part of `before` and `after`: what became of it; or one object.
Result<Done> render_changes(const relations::Version& before, const relations::Version& after, Format format,
                            const Style& style, Output& out);

}  // namespace patchseek::render
