// simdjson_ondemand.cc: the peer: simdjson's on-demand reader, twelve members of every line.
//     simdjson_ondemand quotes.ndjson TIMES    prints CPU seconds for reading the lines so often, and a checksum
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <simdjson.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    auto text = simdjson::padded_string::load(argv[1]).value();
    std::clock_t start = std::clock();
    simdjson::ondemand::parser parser;
    double sum = 0;
    for (int times = std::atoi(argv[2]); times > 0; times--) {
        auto lines = parser.iterate_many(text, 1 << 22).value();
        for (auto line : lines) {
            auto rec = line.get_object().value();
            std::string_view kind = rec["kind"].get_string().value();
            if (kind != "quote")
                continue;
            sum += (double)rec["ts"].get_string().value().size() + (double)rec["underlying"].get_string().value().size();
            sum += (double)rec["symbol"].get_string().value().size() + (double)rec["expiration"].get_string().value().size();
            sum += rec["strike"].get_double().value() + (double)rec["option_type"].get_string().value().size();
            sum += rec["bid"].get_double().value() + rec["ask"].get_double().value() + rec["volume"].get_double().value();
            sum += rec["open_interest"].get_double().value() + rec["underlying_price"].get_double().value();
        }
    }
    std::printf("%.6f %.6f\n", (double)(std::clock() - start) / CLOCKS_PER_SEC, sum);
    return 0;
}
