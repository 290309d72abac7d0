// Counts without names, as the fake app draws them: always the same.
import type { KeptFile, StatisticsReport } from "$lib/bridge";
import { refusal } from "./errors";
import { NOW } from "./town";

export class Statistics {
  report: StatisticsReport = {
    on: false,
    month: "2026-10",
    text: '{"farthing_statistics":1,"month":"2026-10","question":"paid_ten","answer":true}\n',
    epsilon_month: "0.511",
    epsilon_spent: "0",
    epsilon_year: "3.066",
    sent: null,
    can_send: false,
  };

  set(on: boolean): StatisticsReport {
    return (this.report = { ...this.report, on, can_send: on && this.report.sent === null });
  }

  keep(): KeptFile {
    if (!this.report.on) throw refusal("statistics_off");
    this.report = { ...this.report, epsilon_spent: "0.511" };
    return { name: "Farthing 2026-10.json" };
  }

  post(url: string): StatisticsReport {
    if (!this.report.can_send) throw refusal("statistics_sent");
    if (!url.startsWith("https://")) throw refusal("address_refused");
    const sent = new Date(NOW).toISOString();
    return (this.report = { ...this.report, epsilon_spent: "0.511", sent, can_send: false });
  }
}
