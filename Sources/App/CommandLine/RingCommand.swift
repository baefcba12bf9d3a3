import Accelerator
import ArgumentParser
import Language

/// Lets the clock run.
struct RingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ring",
        abstract: "Rings all that is due until a time, each at its own, and prints what leaves.")

    @OptionGroup var everywhere: Everywhere

    @Option(help: "Until when (RFC 3339).")
    var until: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let end = try Times.instant(until, option: "--until")
        let told = try everywhere.withDesk { try $0.ring(until: end) }
        if json { return Output.write(told.json(withTimes: true)) }
        for one in told.said {
            Output.write("\(one.at) → \(one.address): \(ConsoleChat.drawn(one))\n")
        }
    }
}
