import Accelerator
import Channels
import Glibc
import Hummingbird
import Language
import Logging
import Metrics
import NIOCore
import Platform
import Runtime
import ServiceLifecycle
import Storage
import Transport
import UnixSignals

/// `serve`: the bot, its channels and its doors, wired to each other until somebody says stop.
struct Server {
    let decider: Decider
    let journal: FileJournal
    let settings: Settings
    let log: Logger
    let prometheus: Prometheus

    /// Runs until SIGTERM or SIGINT, or until something ends it.
    ///
    /// 1. Signals stop the doors first, then the bot: what was heard is decided and written before it ends.
    /// 2. A journal that fails ends the process at once, with its own status: nothing more may be said.
    /// 3. A bot that its provider does not know ends it too (78): waiting would not help.
    func run() async throws {
        let client = try HTTPClient(log: Logger(label: "transport"))
        let roles = RolesHeard()
        let machine = Machine(journal: journal, zones: decider.zones.version)
        let poison = journal.poison
        for (name, count) in poison.crashes.sorted(by: { $0.key < $1.key }) {
            log.error(
                "this was being worked on when the process ended",
                metadata: [
                    "incident": "poison", "what": "\(name)", "times": "\(count)",
                    "quarantined": "\(count >= Poison.limit)",
                ])
        }
        let bots = try telegram(client, roles)
        let names = settings.webhooks.keys.sorted()
        let channels: [any Runtime.Channel] = bots.map(\.channel) + names.map { WebhookChannel($0) }
        let mind = machine.known(to: Minds.of(decider, language: settings.language))
        let said = saying(mind)
        let heard = settings.telegram.isEmpty ? said : roles.watching(said)
        let bot = Bot(
            journal: journal,
            mind: heard.guarded(by: poison) { [decider] in decider.quarantine($0, $1, at: $2) },
            channels: channels, stream: journal.directory, surroundings: surroundings(poison),
            log: Logger(label: "bot"))
        var doors = DoorSet(
            bot: bot.door, webhooks: settings.webhooks, health: { bot.health },
            metrics: { [prometheus] in prometheus.text() + machine.metrics() })
        for (name, channel) in bots {
            let door = channel.door
            doors.telegram[name] = { await door.receive(body: $0, secret: $1) }
        }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: bot, successTerminationBehavior: .gracefullyShutdownGroup),
            .init(
                service: ZonesNews(bot: bot, zones: decider.zones, log: log),
                successTerminationBehavior: .ignore),
        ]
        if journal.mirrorStatus != nil {
            services.append(
                .init(
                    service: MirrorWatch(bot: bot, journal: journal, log: log),
                    successTerminationBehavior: .ignore))
        }
        for (_, channel) in bots {
            services.append(
                .init(service: TelegramWatch(channel: channel), successTerminationBehavior: .ignore)
            )
        }
        services.append(.init(service: application(Doorway(doors, limits: settings.limits))))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        defer { client.close() }
        try await ServiceGroup(configuration: configuration).run()
    }

    // MARK: Parts

    private func telegram(_ client: HTTPClient, _ roles: RolesHeard) throws -> [(
        name: String, channel: TelegramChannel
    )] {
        let book = decider.phrasebook
        let menus = TelegramMenus(
            languages: book.languages,
            describe: { command, language in
                let name = command == "need" ? "block" : command
                return book.has("\(name).summary", language: language)
                    || book.has("\(name).summary", language: "en")
                    ? book.text(Phrase("\(name).summary"), language: language) : nil
            },
            role: { roles[$0] })
        var found: [(name: String, channel: TelegramChannel)] = []
        for (name, configuration) in settings.telegram.sorted(by: { $0.key < $1.key }) {
            do throws(TelegramFault) {
                let log = Logger(label: name.isEmpty ? "telegram" : "telegram.\(name)")
                found.append(
                    (
                        name,
                        try TelegramChannel(configuration, client: client, menus: menus, log: log)
                    ))
            } catch {
                throw Exit.configuration("\(error)")
            }
        }
        return found
    }

    private func surroundings(_ poison: Poison) -> Surroundings {
        var surroundings = Surroundings(
            now: {
                Moment(
                    wall: Instant(milliseconds: WallClock.now()),
                    steady: Instant(milliseconds: BootClock.now() / 1_000_000))
            },
            random: { RandomBytes.make($0) },
            startThread: { name, body in _ = try Platform.Thread.start(name: name, body) },
            failed: { error in
                Output.complain(
                    LogLines.json(
                        Times.now.description, .critical, "bot", error.explanation,
                        [("incident", "journal"), ("status", "\(error.exitStatus)")]))
                _exit(error.exitStatus)
            })
        surroundings.poison = poison
        return surroundings
    }

    private func application(_ doorway: Doorway) -> some ApplicationProtocol {
        let limits = settings.limits
        let count = ConnectionCount(limits)
        return Application(
            responder: doorway,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [GuardInstaller(limits, count)],
                    idleTimeout: .milliseconds(limits.idleTime),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers,
                        maxHeaderFieldCount: limits.headerCount))),
            configuration: .init(address: .hostname(settings.host, port: settings.port)),
            onServerRunning: { [log] channel in
                let address =
                    channel.localAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
                log.info("listening", metadata: ["address": "\(address)"])
            },
            logger: Logger(label: "http"))
    }
}

/// What people were when they were last heard, for the menus that are shown to them.
final class RolesHeard: Sendable {
    private let roles = Lock<[String: TelegramMenus.Role]>([:])
    private static let most = 20_000

    subscript(principal: String) -> TelegramMenus.Role {
        roles.withLock { $0[principal] } ?? .member
    }

    /// The same mind, listening in: deciding a message shows the state that its author is looked up in.
    func watching(_ mind: Mind) -> Mind {
        var mind = mind
        let decide = mind.decide
        mind.decide = { [self] input, state, at, random in
            if case .message(let inbound) = input, inbound.chat == nil {
                note(inbound.principal, state)
            }
            return decide(input, state, at, random)
        }
        return mind
    }

    private func note(_ principal: String, _ state: State) {
        guard let person = state.principals[principal] else { return }
        let held = state.roles(of: person)
        let role: TelegramMenus.Role =
            held.contains(.office) || held.contains(.admin)
            ? .office : held.contains(.teamLeader) ? .leader : .member
        roles.withLock { roles in
            if roles.count >= Self.most { roles.removeAll() }
            roles[principal] = role
        }
    }
}

extension Server {
    /// The same, which writes down at each start, and when zones become others, which of those that are gone
    /// by the machine does not know.
    private func saying(_ mind: Mind) -> Mind {
        var saying = mind
        saying.decide = { [log, decider, decide = mind.decide] input, state, at, random in
            if case .zonesChanged(_, let others) = input {
                let missing = MissingZones(others ?? decider.zones, state).names
                if !missing.isEmpty {
                    log.error(
                        "time zones are missing: what goes by them goes by UTC",
                        metadata: [
                            "incident": "zones", "zones": "\(missing.prefix(20))",
                            "count": "\(missing.count)",
                        ])
                }
            }
            return decide(input, state, at, random)
        }
        return saying
    }
}

/// Tells the bot that the time zones are others than at its last start, and when they become others while it
/// runs: an update of tzdata is looked for each hour.
///
/// It waits for its turn to stop, however early it is told to: a service that ends by itself while others are
/// being stopped counts as a failure.
struct ZonesNews: Service, CustomStringConvertible {
    let bot: Bot
    let zones: Zones
    let log: Logger

    /// A group of services keeps this: without it, every zone spelled out, a sixth of a start.
    var description: String { "news of time zones" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while bot.health.because.contains("recovering") {
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
            }
            _ = await bot.door.tell(.zonesChanged(version: zones.version))
            var known = zones
            while (try? await Task.sleep(for: .seconds(3600))) != nil { known = await look(known) }
        }
        try? await gracefulShutdown()
    }

    /// Looks once; the zones that are known then.
    private func look(_ before: Zones) async -> Zones {
        do throws(LoadingFault) {
            let found = try ZoneInfo.read()
            let dropped = before.names.filter { !found.knows($0) }
            let all = found.keeping(before)
            guard all != before else { return before }
            log.notice(
                "other time zones",
                metadata: [
                    "tzdata": "\(found.version)", "before": "\(before.version)",
                    "dropped": "\(dropped.prefix(20))",
                ])
            _ = await bot.door.tell(.zonesChanged(version: found.version, zones: all))
            return all
        } catch {
            log.warning("the time zones stay as they were", metadata: ["why": "\(error)"])
            return before
        }
    }
}

/// Ends the process where a bot's configuration is wrong; the channel itself waits out everything else. Then
/// it waits for its turn to stop.
struct TelegramWatch: Service, CustomStringConvertible {
    let channel: TelegramChannel
    var description: String { "watch over a bot's configuration" }

    func run() async throws {
        do throws(TelegramFault) {
            try await channel.prepare()
        } catch {
            if error.isConfiguration { throw Exit.configuration("\(error)") }
        }
        try? await gracefulShutdown()
    }
}
