// quantlib_black.cc: the peer: QuantLib's implied standard deviation and its Black calculator, option by option.
//     quantlib_black OPTIONS ACCURACY VOLS    prints nanoseconds of CPU an option for the implied vol at ACCURACY (1e-6 is its
// default) and for price, delta, gamma, theta, vega and rho at the true vols; VOLS gets the vols (NaN where it threw), then
// those six in the units of ours
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>

#include "options.h"

using namespace QuantLib;

static double implied(const options &o, std::size_t i, double accuracy)
{
    try {
        return blackFormulaImpliedStdDev(o.type[i] > 0 ? Option::Call : Option::Put, o.strike[i], o.forward[i], o.price[i],
                                         o.discount[i], 0.0, Null<Real>(), accuracy, 100) /
               std::sqrt(o.t[i]);
    } catch (const std::exception &) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 64;
    options o;
    options_read(&o, argv[1]);
    double accuracy = std::stod(argv[2]);
    std::vector<double> out(7 * o.n);
    std::clock_t start = std::clock();
    for (std::size_t i = 0; i < o.n; i++)
        out[i] = implied(o, i, accuracy);
    double iv_ns = options_ns(start, o.n);
    start = std::clock();
    for (std::size_t i = 0; i < o.n; i++) {
        double f = o.forward[i], t = o.t[i];
        BlackCalculator c(o.type[i] > 0 ? Option::Call : Option::Put, o.strike[i], f, o.vol[i] * std::sqrt(t), o.discount[i]);
        double *to = &out[o.n + i];
        to[0] = c.value();
        to[o.n] = c.delta(f);
        to[2 * o.n] = c.gamma(f);
        to[3 * o.n] = c.theta(f, t) / 365;
        to[4 * o.n] = c.vega(t) / 100;
        to[5 * o.n] = c.rho(t) / 100;
    }
    std::printf("%.2f %.2f\n", iv_ns, options_ns(start, o.n));
    options_write(argv[3], out.data(), out.size());
    return 0;
}
