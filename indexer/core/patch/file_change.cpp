#include "patchseek/patch/file_change.hpp"

namespace patchseek::patch {

const char* name(Op op) noexcept {
    switch (op) {
        case Op::modify: return "";
        case Op::create: return "create";
        case Op::remove: return "delete";
        case Op::rename: return "rename";
        case Op::copy: return "copy";
        case Op::mode: return "mode";
    }
    return "";
}

}  // namespace patchseek::patch
