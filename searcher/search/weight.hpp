#pragma once

#include <xapian.h>

#include <cmath>

namespace patchseek::search {

/// BM25 whose parts are multiples of 2^-24, so that their sum is exact and does not
/// depend on the order in which a shard's matcher adds them up: the same message
/// scores the same to the last bit however the index is split.
///
/// k1 1.2, b 0.4: a long patch is hardly less about its subject than a short one.
class ExactBM25 : public Xapian::BM25Weight {
public:
    ExactBM25() : BM25Weight(1.2, 0, 1, 0.4, 0.5) {}
    std::string name() const override { return "ExactBM25"; }
    double get_sumpart(Xapian::termcount wdf, Xapian::termcount length, Xapian::termcount unique) const override {
        return std::floor(BM25Weight::get_sumpart(wdf, length, unique) * kSteps) / kSteps;
    }

private:
    static constexpr double kSteps = 16'777'216;  // 2^24
    ExactBM25* clone() const override { return new ExactBM25; }
};

}  // namespace patchseek::search
