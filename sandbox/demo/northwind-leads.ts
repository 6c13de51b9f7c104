import type { LeadSpec } from './spec.ts';

export const northwindLeads: LeadSpec[] = [
  {
    name: 'Harbor & Vine — two-group espresso bar',
    price: 21_400,
    stage: 'sales/negotiation',
    owner: 'sam',
    created: '16d 3h',
    contact: {
      name: 'Dana Whitfield',
      phone: '+15550102030',
      email: 'dana@harborandvine.example',
      position: 'Owner',
    },
    company: {
      name: 'Harbor & Vine Café',
      address: '48 Wharf Street, Portland, ME',
      web: 'https://harborandvine.example',
    },
    tags: ['inbound', 'new opening'],
    source: 'WhatsApp',
    fields: {
      product: 'Aurora 2G + Mira 75 grinder',
      segment: 'Café',
      budget: 22_000,
      delivery: '+24d',
      plan: 'Plus',
      water: false,
      competitor: 'La Cima (used, refurbished)',
    },
    journal: `
      16d 3h < Hi! We open a café in Portland next month and need a two-group machine. What would you suggest for about 180 drinks a day?
      16d 2h > Hi Dana, congratulations! For 180 drinks a day the Aurora 2G is the right size. Do you already have a grinder and a water filter?
      15d 22h < No grinder yet. The water here is pretty hard I think.
      15d 21h > Then I would add the Mira 75 and a softener. I can show you both at our tasting room in Boston, or by video.
      12d 5h @ 8m40s Wants dual boilers, opens on a fixed date, husband decides about money
      12d 4h # Partner (Tom) wants to keep everything under 22k including installation. Opening date is fixed: lease starts and the press is invited.
      9d 1h v Meeting: tasting in the Boston showroom => Both liked the Aurora. Tom asked about noise and the warranty on boilers.
      9d < Thanks for the tasting! Tom keeps asking: how long is the warranty on the boilers, and does it still apply if we do not take a service plan?
      8d 20h > Good question, let me confirm the exact terms with our service team.
      6d 4h * Quote — Quote Q-2291 sent: Aurora 2G 17,900, Mira 75 2,650, installation 850. Valid 21 days.
      3d 6h < We got another offer for a refurbished La Cima, 6,500 less. Can you do anything on the price? We could pay the deposit this week.
      3d 5h > I understand. Let me see what I can do, the service plan and training are worth something too.
      1d 2h # sam: Dana hinted that 5% off or a free first-year service visit would close it. I may give up to 5% alone, anything above goes to Olga.
      4h < Also, when would it be delivered if we pay on Friday? We open in four weeks and the electrician needs the specs: voltage, amps, drain.
      3h < And is the water softener included or extra?
      2h ! Answer Dana: warranty terms, delivery date, discount
      +3d ! Call Tom about the deposit
    `,
  },
  {
    name: 'Grand Alder Hotel — breakfast and lobby bar',
    price: 64_800,
    stage: 'sales/quote',
    owner: 'priya',
    created: '34d',
    contact: {
      name: 'Marcus Feld',
      phone: '+15550104488',
      email: 'm.feld@grandalder.example',
      position: 'F&B director',
    },
    company: {
      name: 'Grand Alder Hotel',
      address: '900 Alder Avenue, New Haven, CT',
      web: 'https://grandalder.example',
    },
    tags: ['hotel', 'tender'],
    source: 'Trade fair',
    channel: 'telegram',
    fields: {
      product: '3 × Aurora 3G Volumetric, 4 × Mira 75',
      segment: 'Hotel',
      budget: 70_000,
      delivery: '+58d',
      plan: 'Premium',
      water: true,
      competitor: 'Bruno & Figli',
    },
    journal: `
      34d # Met at the Northeast Hospitality Fair. 212 rooms, breakfast for 300. Current machines are nine years old.
      30d @ 14m05s Tender in two steps, three vendors, decision by a committee of four
      27d v Site visit: measure the counters => Lobby counter only 71 cm deep: the 3G needs the short drip tray.
      21d < Priya, procurement asks for the energy data of the Aurora 3G and for three reference hotels.
      21d > Sending both today, Marcus. References: Pier House, The Elmont and Hotel Corvin.
      14d * Quote — Quote Q-2240 sent: 64,800 for equipment, Premium plan 5,400 a year quoted separately.
      6d < The committee likes your offer. Two open points: can you guarantee a technician within 4 hours at weekends, and can we pay in three instalments?
      5d > Weekend response is part of the Premium plan. About instalments I will come back to you.
      2d < Bruno & Figli offers 36 months of warranty. What is yours, and can it be extended?
      1d 4h # priya: Finance agreed to 40/30/30. Olga must approve a warranty extension; list price of the extension is 3% per extra year.
      +1d ! Send quote with the instalment plan and warranty extension
      +6d ! Meeting with the committee, video
    `,
  },
  {
    name: 'Kestrel Law — office coffee for 90 people',
    price: 11_250,
    stage: 'sales/demo',
    owner: 'sam',
    created: '9d',
    contact: {
      name: 'Ingrid Solberg',
      phone: '+15550107712',
      email: 'ingrid@kestrellaw.example',
      position: 'Office manager',
    },
    company: { name: 'Kestrel Law LLP', address: '17 Court Square, Boston, MA' },
    tags: ['office'],
    source: 'Website form',
    fields: { product: 'Lumo One-Touch ×2', segment: 'Office', budget: 12_000, plan: 'Basic', water: false },
    journal: `
      9d * Website form — "We are 90 people on two floors, looking for two bean-to-cup machines, milk should be easy to clean."
      8d 22h > Hello Ingrid, thank you for writing. Would a 30 minute demo at your office on Thursday work?
      8d 20h < Thursday 10 am is fine. Please bring oat milk, half of us drink it :)
      5d @ 3m20s Moved the demo, partner travelling
      4d v Demo at the office => Milk system liked, screen too bright, wants a lease instead of purchase
      2d < The partners prefer leasing. What would 36 months cost per month for both machines, with maintenance? And what happens at the end, can we keep them?
      1d ! Send leasing offer to Ingrid
      1d # sam: Ask Olga for the leasing factors, last known was 3.1% a month for 36 months.
    `,
  },
  {
    name: 'Blue Finch Roasters — second location',
    price: 38_900,
    stage: 'sales/contract',
    owner: 'priya',
    created: '52d',
    contact: {
      name: 'Theo Marsh',
      phone: '+15550109150',
      email: 'theo@bluefinch.example',
      position: 'Head roaster',
    },
    company: {
      name: 'Blue Finch Roasters',
      address: '5 Mill Lane, Providence, RI',
      web: 'https://bluefinch.example',
    },
    tags: ['returning client', 'roastery'],
    source: 'Referral',
    fields: {
      product: 'Aurora 3G Pressure + 2 × Mira 98',
      segment: 'Roastery',
      budget: 40_000,
      delivery: '+9d',
      plan: 'Premium',
      water: true,
    },
    journal: `
      52d # Bought an Aurora 2G three years ago, very happy. Opens a second place in Newport.
      40d < Hey Priya, same setup as Mill Lane but three groups, and pressure profiling if the budget allows.
      40d > On it. Profiling adds 4,200. I would take it for your kind of coffee.
      20d * Contract — Contract C-0813 signed, deposit of 40% received.
      7d < Quick check: is delivery still on schedule? The floor gets poured the week before.
      6d > Yes, the machine has left the factory. I will have the freight date tomorrow.
      2d < Any news on the date? I must book the plumber by Friday.
      1d 6h # priya: Freight forwarder says customs needs two more days. Tell Theo the earliest safe date.
      20h ! Confirm the delivery date to Theo
      +9d ! Installation visit in Newport
    `,
  },
  {
    name: 'Osteria Bellucci — trade-in of an old machine',
    price: 16_200,
    stage: 'sales/contact',
    owner: 'sam',
    created: '2d 4h',
    contact: {
      name: 'Paola Bellucci',
      phone: '+15550103399',
      email: 'paola@bellucci.example',
      position: 'Owner',
    },
    company: { name: 'Osteria Bellucci', address: '210 Hanover Street, Boston, MA' },
    tags: ['trade-in'],
    source: 'WhatsApp',
    fields: { product: 'Aurora 2G', segment: 'Restaurant', competitor: 'none' },
    journal: `
      2d 4h < Buongiorno, our old machine loses pressure every evening. Do you take old machines in payment? It is a 2014 two-group.
      2d 3h > Good morning Paola, yes, we do trade-ins. Could you send a photo of the type plate and tell me how many coffees you make a day?
      1d 5h < About 90, only after meals. The plate is unreadable, sorry. How much do you usually give?
      1d 4h < And if it breaks down before the new one arrives, do you lend a machine?
      5h ! Call Paola: trade-in value and loan machine
    `,
  },
];
