/// What a team's weeks are made of: the meeting, its actions, what may go wrong, who helps.
enum WeeksCommands {
    static let all: [any Command.Type] = [
        AgendaCommand.self, PulseCommand.self, ActionCommand.self, ActionsCommand.self,
        RiskCommand.self,
        RisksCommand.self, EscalateCommand.self, PromiseCommand.self, DecisionsCommand.self,
        DeclareCommand.self,
        EarlyCommand.self, StocktakeCommand.self,
    ]
}
