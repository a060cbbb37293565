// simdjson_ondemand.cc: the peer: simdjson's on-demand reader, twelve members of every line.
//     simdjson_ondemand quotes.ndjson          prints seconds (loading excluded) and a checksum
#include <chrono>
#include <cstdio>
#include <simdjson.h>

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    auto text = simdjson::padded_string::load(argv[1]).value();
    auto start = std::chrono::steady_clock::now();
    simdjson::ondemand::parser parser;
    auto lines = parser.iterate_many(text, 1 << 22).value();
    double sum = 0;
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
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%.6f %.6f\n", took.count(), sum);
    return 0;
}
