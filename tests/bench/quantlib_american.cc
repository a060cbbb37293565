// quantlib_american.cc: the peer: QuantLib's American engine after Andersen, Lake and Offengenden (QdFp), option by option.
//     quantlib_american SCHEME FILE OUT [EVERY]    SCHEME fast, accurate or high: nanoseconds of CPU a price of every EVERYth
// option of FILE (options.h, spot 100); OUT gets the prices (NaN: not asked, or it threw). The put's calculation is called
// directly, calls as puts by symmetry: what the engine itself does, without its observers and dates.
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <ql/pricingengines/vanilla/qdfpamericanengine.hpp>

#include "options.h"

using namespace QuantLib;

namespace {
const double spot = 100;

struct engine : QdFpAmericanEngine {
    explicit engine(const ext::shared_ptr<QdFpIterationScheme> &scheme)
        : QdFpAmericanEngine(ext::shared_ptr<GeneralizedBlackScholesProcess>(), scheme)
    {
    }
    double put(double s, double k, double r, double q, double vol, double t) const
    {
        return calculatePut(s, k, r, q, vol, t);
    }
};

double price(const engine &e, const options &o, std::size_t i)
{
    double r = -std::log(o.discount[i]) / o.t[i], q = r - std::log(o.forward[i] / spot) / o.t[i];

    try {
        return o.type[i] > 0 ? e.put(o.strike[i], spot, q, r, o.vol[i], o.t[i])
                             : e.put(spot, o.strike[i], r, q, o.vol[i], o.t[i]);
    } catch (const std::exception &) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}
} // namespace

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 5)
        return 64;
    options o;
    options_read(&o, argv[2]);
    std::string scheme = argv[1];
    std::size_t every = argc == 5 ? std::stoul(argv[4]) : 1;
    engine e(scheme == "fast"       ? QdFpAmericanEngine::fastScheme()
             : scheme == "accurate" ? QdFpAmericanEngine::accurateScheme()
                                    : QdFpAmericanEngine::highPrecisionScheme());
    std::vector<double> out(o.n, std::numeric_limits<double>::quiet_NaN());
    std::clock_t start = std::clock();
    for (std::size_t i = 0; i < o.n; i += every)
        out[i] = price(e, o, i);
    std::printf("%.2f\n", options_ns(start, (o.n + every - 1) / every));
    options_write(argv[3], out.data(), out.size());
    return 0;
}
