// quantlib_cash.cc: makes tests/oracle/american_cash.txt with QuantLib 1.29 (Debian's libquantlib0-dev), whose
// FdBlackScholesVanillaEngine knows both models of cash dividends.
//     g++ -O2 -std=c++17 -o /tmp/quantlib_cash tests/oracle/quantlib_cash.cc -lQuantLib && /tmp/quantlib_cash > tests/oracle/american_cash.txt
#include <cstdio>
#include <vector>

#include <ql/exercise.hpp>
#include <ql/instruments/dividendvanillaoption.hpp>
#include <ql/pricingengines/vanilla/fdblackscholesvanillaengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

using namespace QuantLib;

namespace {
struct row {
    double spot, strike, r, q, vol;
    int days, ex[2];
    double cash[2];
};

double price(const row &x, Option::Type type, FdBlackScholesVanillaEngine::CashDividendModel model, int grid)
{
    Date today(15, January, 2024);
    Settings::instance().evaluationDate() = today;
    DayCounter dc = Actual365Fixed();
    auto flat = [&](double rate) { return Handle<YieldTermStructure>(ext::make_shared<FlatForward>(today, rate, dc)); };
    auto process = ext::make_shared<BlackScholesMertonProcess>(
        Handle<Quote>(ext::make_shared<SimpleQuote>(x.spot)), flat(x.q), flat(x.r),
        Handle<BlackVolTermStructure>(ext::make_shared<BlackConstantVol>(today, NullCalendar(), x.vol, dc)));
    std::vector<Date> dates;
    std::vector<Real> cash;
    for (int i = 0; i < 2; i++)
        if (x.cash[i] > 0) {
            dates.push_back(today + x.ex[i]);
            cash.push_back(x.cash[i]);
        }
    DividendVanillaOption option(ext::make_shared<PlainVanillaPayoff>(type, x.strike),
                                 ext::make_shared<AmericanExercise>(today, today + x.days), dates, cash);
    option.setPricingEngine(ext::make_shared<FdBlackScholesVanillaEngine>(
        process, grid, 2 * grid, grid / 50, FdmSchemeDesc::CrankNicolson(), false, -Null<Real>(), model));
    return option.NPV();
}
} // namespace

int main()
{
    const row rows[] = {
        {40, 40, .09, 0, .30, 180, {60, 150}, {.5, .5}},    {40, 45, .09, 0, .30, 180, {60, 150}, {.5, .5}},
        {100, 100, .03, 0, .25, 365, {100, 280}, {1, 1}},   {100, 80, .05, 0, .20, 200, {190, 0}, {3, 0}},
        {100, 120, .05, 0, .40, 300, {30, 200}, {2, 2}},    {100, 95, .01, .02, .35, 90, {45, 0}, {4, 0}},
        {50, 55, .06, .01, .50, 400, {91, 273}, {.6, .65}}, {600, 580, .02, 0, .28, 60, {20, 0}, {3.3, 0}},
    };

    std::printf("# American prices with cash dividends: QuantLib 1.29, FdBlackScholesVanillaEngine, Crank-Nicolson with damping,\n"
                "# 1000 x 2000; made by tests/oracle/quantlib_cash.cc. err: the difference to 500 x 1000. days / 365.\n"
                "# model type S K r q v days ex1 cash1 ex2 cash2 | price | err\n");
    for (const row &x : rows)
        for (int model = 0; model < 2; model++)
            for (int call = 0; call < 2; call++) {
                auto m = model ? FdBlackScholesVanillaEngine::Escrowed : FdBlackScholesVanillaEngine::Spot;
                Option::Type type = call ? Option::Call : Option::Put;
                double fine = price(x, type, m, 1000), coarse = price(x, type, m, 500);

                std::printf("%s %c %g %g %g %g %g %d %d %g %d %g | %.6f | %.1e\n", model ? "escrowed" : "spot", call ? 'C' : 'P',
                            x.spot, x.strike, x.r, x.q, x.vol, x.days, x.ex[0], x.cash[0], x.ex[1], x.cash[1], fine,
                            std::fabs(fine - coarse));
            }
    return 0;
}
